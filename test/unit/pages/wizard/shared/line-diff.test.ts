import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { diffLines, type DiffLine } from '../../../../../pages/wizard/shared/line-diff.ts';

function texts(lines: readonly DiffLine[], ...marks: readonly string[]): string {
  return lines
    .filter(({ mark }) => marks.includes(mark))
    .map(({ text }) => `${text}\n`)
    .join('');
}

describe('diffLines', () => {
  it.each([
    ['a\nb\nc\n', 'a\nx\nc\n', [' a', '-b', '+x', ' c']],
    ['a\n', 'a\nb\n', [' a', '+b']],
    ['a\nb\n', '', ['-a', '-b']],
    ['', '', []],
    ['a\nb\na\n', 'b\na\nb\n', ['-a', ' b', ' a', '+b']],
  ])('%j and %j', (before, after, expected) => {
    expect(diffLines(before, after).map(({ mark, text }) => `${mark}${text}`)).toEqual(expected);
  });

  it('has all lines of both texts in their order', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        expect(texts(lines, ' ', '-')).toBe(before);
        expect(texts(lines, ' ', '+')).toBe(after);
      }),
    );
  });

  it('does not compare what would take long', () => {
    const many = (word: string): string =>
      Array.from({ length: 2500 }, (_, index) => `${word}${String(index)}\n`).join('');
    const lines = diffLines(`${many('a')}same\n${many('b')}`, `${many('c')}same\n${many('d')}`);
    expect(lines.filter(({ mark }) => mark === ' ')).toEqual([]);
  });
});
