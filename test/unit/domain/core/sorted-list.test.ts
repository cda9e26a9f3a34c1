import { describe, expect, it } from 'vitest';

import { makeSortedList } from '../../../../src/domain/core/sorted-list.ts';

const makeList = <T>(): T[] => [];

function sorted(texts: readonly string[]): readonly string[] {
  const list = makeSortedList<string>(makeList, (text) => text);
  for (const text of texts) list.push(text);
  return [...list];
}

const numbers = Array.from({ length: 500 }, (_, number) => String(number).padStart(3, '0'));

describe('a sorted list', () => {
  it.each([
    ['none', []],
    ['sorted ones', numbers],
    ['two runs that interleave', numbers.toSorted((a, b) => Number(a) % 2 || (a < b ? -1 : 1) * (1 - (Number(b) % 2)))],
    ['many runs', numbers.toSorted((a, b) => (Number(a) % 50) - (Number(b) % 50))],
    ['more runs than are merged', numbers.toReversed()],
    [
      'more runs than are merged, and more in no order',
      [...numbers.toReversed().slice(0, 100), '020', '010', '015', '005'],
    ],
    ['equal ones', ['b', 'a', 'b', 'a']],
  ])('gives values in the order of their keys: %s', (_, texts) => {
    expect(sorted(texts)).toEqual(texts.toSorted());
  });

  it('can be read again, and has the values of the keys', () => {
    const list = makeSortedList<{ readonly path: string }>(makeList, ({ path }) => path);
    for (const path of ['b', 'a']) list.push({ path });
    expect([...list]).toEqual([{ path: 'a' }, { path: 'b' }]);
    expect([...list]).toHaveLength(2);
  });
});
