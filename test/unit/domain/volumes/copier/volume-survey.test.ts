import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isLarge, pickLargeFiles, type RegularFile } from '../../../../../src/domain/volumes/copier/volume-survey.ts';

const mebibyte = 1024 * 1024;
const large: RegularFile = { path: 'data/base/16384/2619.1', bytes: 64 * mebibyte, links: 1 };

describe('a file that may be compared apart', () => {
  it('is large', () => {
    expect(isLarge(large)).toBe(true);
    expect(isLarge({ ...large, bytes: large.bytes - 1 })).toBe(false);
  });

  it('has one name: linked ones belong together', () => {
    expect(isLarge({ ...large, links: 2 })).toBe(false);
  });

  it.each(['a b', "-o'|#!$(x)", '../a', '{a,b}'])('has a name that means itself, as %j', (path) => {
    expect(isLarge({ ...large, path })).toBe(true);
  });

  it.each(['a*', 'a?', '[a]', 'a\\b', 'a\nb', 'a\tb', 'caf\u00e9', 'a\u007fb'])('is not named %j', (path) => {
    expect(isLarge({ ...large, path })).toBe(false);
  });
});

describe('the files that are compared apart', () => {
  const file = (path: string, gibibytes: number): RegularFile => ({
    path,
    bytes: gibibytes * 1024 * mebibyte,
    links: 1,
  });
  const gibibytes = (files: readonly RegularFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

  it('are the largest, until they hold half of all that there is to read', () => {
    const files = [file('one', 1), file('five', 5), file('two', 2), file('three', 3)];
    expect(pickLargeFiles(files, gibibytes(files))).toEqual(['five', 'three']);
    expect(pickLargeFiles(files, 10 * gibibytes(files))).toEqual(['five', 'three', 'two', 'one']);
  });

  it('are none when there are no large ones', () => {
    expect(pickLargeFiles([], 100)).toEqual([]);
  });

  it('are a hundred at most, however many there are', () => {
    const files = Array.from({ length: 1000 }, (_, index) => file(String(index), 1));
    expect(pickLargeFiles(files, gibibytes(files))).toHaveLength(100);
  });

  it('hold half of everything without the last of them holding nothing more than is needed', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(sizes, (given) => {
        const files = given.map((size, index) => file(String(index), size));
        const all = gibibytes(files);
        const picked = pickLargeFiles(files, all).map((path) => files[Number(path)] ?? file('', 0));
        expect(gibibytes(picked)).toBeGreaterThanOrEqual(all / 2);
        expect(gibibytes(picked.slice(0, -1))).toBeLessThan(all / 2);
      }),
    );
  });
});
