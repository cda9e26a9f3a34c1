import { describe, expect, it } from 'vitest';

import { flatMapList, isEmptyList, joinLists, makeNumberedList, mapList } from '../../../../src/domain/core/lists.ts';

describe('lists that are made at each reading', () => {
  it('are joined, and can be read again', () => {
    const joined = joinLists([1, 2], new Set<number>(), [3]);
    expect([...joined, ...joined]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([isEmptyList(joined), isEmptyList(joinLists([], new Set()))]).toEqual([false, true]);
  });

  it('show later changes of the list below', () => {
    const below = [1];
    const doubled = flatMapList(below, (value) => [value, value]);
    below.push(2);
    expect([...doubled]).toEqual([1, 1, 2, 2]);
  });

  it('give a value for each index', () => {
    const list = mapList([1, 2], String);
    expect([list.length, list.at(1), list.at(2), [...list]]).toEqual([2, '2', undefined, ['1', '2']]);
  });
});

describe('a list of numbered values', () => {
  it('has them in the order of their numbers, the last one for each', () => {
    const list = makeNumberedList<string>(4, () => []);
    list.set(3, 'd');
    list.set(0, 'early');
    list.set(0, 'a');
    expect([...list]).toEqual(['a', 'd']);
  });
});
