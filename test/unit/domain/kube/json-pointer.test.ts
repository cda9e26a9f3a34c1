import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatPointer, isBelow, parsePointer } from '../../../../src/domain/kube/json-pointer.ts';

describe('a JSON pointer', () => {
  it('keeps a step with slashes and tildes whole', () => {
    expect(formatPointer(['metadata', 'annotations', 'example.com/a~b'])).toBe(
      '/metadata/annotations/example.com~1a~0b',
    );
    expect(parsePointer('/metadata/annotations/example.com~1a~0b')).toEqual([
      'metadata',
      'annotations',
      'example.com/a~b',
    ]);
    expect(parsePointer('/~01')).toEqual(['~1']);
  });

  it('names the whole document with the empty text', () => {
    expect(parsePointer('')).toEqual([]);
    expect(formatPointer([])).toBe('');
  });

  it.each(['a', '/~', '/~2', 'a/b'])('is not %j', (text) => {
    expect(parsePointer(text)).toBeUndefined();
  });

  it('survives being written and read, whatever the steps', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (steps) => {
        expect(parsePointer(formatPointer(steps))).toEqual(steps);
      }),
    );
  });

  it('is below another one only at a step', () => {
    expect(isBelow('/a/b', '/a')).toBe(true);
    expect(isBelow('/ab', '/a')).toBe(false);
    expect(isBelow('/a', '/a')).toBe(false);
  });
});
