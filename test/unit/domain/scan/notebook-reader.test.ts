import { describe, expect, it } from 'vitest';

import { createNotebookReader, isNotebook } from '../../../../src/domain/scan/notebook-reader.ts';

function read(document: unknown) {
  const parts: Record<string, string> = {};
  let part = '';
  const reader = createNotebookReader({
    begin: (name) => {
      part = name;
      parts[part] ??= '';
    },
    content: (bytes) => {
      parts[part] = `${parts[part] ?? ''}${new TextDecoder().decode(bytes)}`;
    },
    end: () => {
      parts[part] = `${parts[part] ?? ''}$`;
    },
  });
  reader.push(new TextEncoder().encode(JSON.stringify(document)));
  return { parts, isValid: reader.end() };
}

describe('a notebook', () => {
  it.each([
    ['{"cells": []', '/a', true],
    [' \n{ "nbformat" : 4', '/a.json', true],
    ['{"a": 1', '/a.ipynb', true],
    ['{"a": 1', '/a.json', false],
    ['cells', '/a.ipynb', false],
  ])('is %s in %s: %j', (head, path, is) => {
    expect(isNotebook(head, path)).toBe(is);
  });

  it('is read as the texts of its cells', () => {
    const outputs = [
      { text: ['one\n', 'two'] },
      { ename: 'E', evalue: 'e', traceback: ['three', 'four'] },
      {
        data: {
          'image/png': 'AAAA',
          'image/svg+xml': ['<svg/>'],
          'application/pdf': 'AAAA',
          'application/x+json': { a: ['b'] },
          'text/plain': 'five',
        },
        metadata: { k: 'v' },
      },
    ];
    const attachments = {
      'a.txt': { 'text/plain': btoa('attached text') },
      'b.txt': { 'text/plain': 'not base64!' },
      'c.txt': { 'text/plain': 'abcdefghijklm' },
      'd.png': { 'image/png': 'AAAA' },
    };
    const { parts, isValid } = read({
      cells: [
        { source: ['a = 1\n', 'b = 2'], outputs, metadata: { note: 'n' } },
        { source: 'text', attachments },
      ],
      metadata: { name: 'python', list: ['x'] },
    });
    expect(isValid).toBe(true);
    expect(parts).toEqual({
      'cell 1, source': 'a = 1\nb = 2$',
      'cell 1, output': 'one\ntwo$<svg/>"a": "b"\nfive"k": "v"\n$',
      'cell 1, traceback': 'E\ne\nthree\nfour\n$',
      'cell 1, metadata': '"note": "n"\n$',
      'cell 2, source': 'text$',
      'cell 2, attachment a.txt': `${btoa('attached text')}\nattached text$`,
      'cell 2, attachment b.txt': 'not base64!$',
      'cell 2, attachment c.txt': 'abcdefghijklm$',
      metadata: '"name": "python"\n"list": "x"\n$',
    });
  });

  it('of version 3 has worksheets', () => {
    const cells = [{ input: ['a'], outputs: [{ png: 'AAAA', text: ['b'] }] }];
    expect(read({ worksheets: [{ cells }], nbformat: 3 }).parts).toEqual({
      'cell 1, source': 'a$',
      'cell 1, output': 'b$',
    });
  });

  it('may have texts outside of all keys', () => {
    expect(read(['a']).parts).toEqual({ metadata: '"": "a"\n$' });
  });
});
