import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import { cleanPath, decodeUtf8, nameKey } from '../../../../src/domain/source/entry-path.ts';

describe('cleanPath', () => {
  it.each<[string, readonly string[]]>([
    ['a/b', ['a', 'b']],
    ['./a//b/', ['a', 'b']],
    ['./', []],
    ['a..b/...', ['a..b', '...']],
    ['c:', ['c:']],
    ['é/日本', ['é', '日本']],
    ['n'.repeat(255), ['n'.repeat(255)]],
    ['é'.repeat(127), ['é'.repeat(127)]],
  ])('of %j is %j', (name, steps) => {
    expect(cleanPath(name)).toEqual(steps);
  });

  it.each<[string, string]>([
    ['', 'no name'],
    ['a\nb', 'control characters'],
    ['/a', 'absolute'],
    ['c:/a', 'drive letter'],
    ['a/../b', 'leads out'],
    ['\\a', 'leads out'],
    ['n'.repeat(256), 'name is too long'],
    // 256 bytes
    ['é'.repeat(128), 'name is too long'],
    ['d/'.repeat(201), 'path is too long'],
    [`${'n'.repeat(200)}/`.repeat(20), 'path is too long'],
    ['a\u202Eb', 'direction of text'],
    ['\u2024', 'looks like another one'],
    ['a\uFF0Fb', 'looks like another one'],
  ])('refuses %j', (name, why) => {
    expect(() => cleanPath(name)).toThrow(ArchiveDefect);
    expect(() => cleanPath(name)).toThrow(why);
  });
});

it.each([
  ['README', 'readme', true],
  ['caf\u00E9', 'CAFE\u0301', true],
  ['a\u200Db', 'ab', true],
  ['a', 'b', false],
])('%s and %s are one name on some file system: %s', (one, other, expected) => {
  expect(nameKey(one) === nameKey(other)).toBe(expected);
});

it('text that is not UTF-8 is refused', () => {
  expect(decodeUtf8(Buffer.from('\uFEFFé'), 'name')).toBe('\uFEFFé');
  expect(() => decodeUtf8(Buffer.from([0x61, 0xff]), 'name')).toThrow(ArchiveDefect);
});
