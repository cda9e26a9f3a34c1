import { describe, expect, it } from 'vitest';

import { isLfsPointer, parseSubmodules } from '../../../../src/domain/git/tree.ts';

const id = 'a'.repeat(40);

describe('submodules of a tree', () => {
  it('are found between files, with any name', () => {
    const listed = [
      `100644 blob ${id}\ta.txt`,
      `160000 commit ${'b'.repeat(40)}\tvendor/one`,
      `160000 commit ${'c'.repeat(40)}\tvendor/tab\t160000 commit x\nline`,
      `120000 blob ${id}\t160000 commit y`,
    ];
    expect([...parseSubmodules(listed.map((line) => `${line}\0`).join(''))]).toEqual([
      ['vendor/one', 'b'.repeat(40)],
      ['vendor/tab\t160000 commit x\nline', 'c'.repeat(40)],
    ]);
    expect(parseSubmodules('').size).toBe(0);
  });
});

describe('a pointer of Git LFS', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
  it.each([
    [pointer, true],
    [pointer.replace('\noid', '\next-0-foo sha256:1\noid'), true],
    [pointer.replace('git-lfs', 'hawser'), true],
    [` ${pointer}`, false],
    ['version https://git-lfs.github.com/spec/v1\nsize 5\n', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isLfsPointer(text)).toBe(expected);
  });
});
