import { describe, expect, it } from 'vitest';

import { makeObjectList, makePackedList } from '../../../../src/adapters/memory/packed-list.ts';

describe('a packed list', () => {
  it.each([0, 1, 8191, 8192, 8193, 9216, 20_000])('gives %i values back in their order, each time again', (count) => {
    const list = makePackedList<{ readonly number: number; readonly text: string }>();
    const values = Array.from({ length: count }, (_, number) => ({ number, text: `ä\n\u2028 ${String(number)}` }));
    for (const value of values) list.push(value);
    expect([...list]).toEqual(values);
    expect([...list]).toEqual(values);
  });

  it('can be read while values are added', () => {
    const list = makePackedList<number>();
    for (let value = 0; value < 9500; value += 1) list.push(value);
    const values = Iterator.from(list[Symbol.iterator]());
    expect(values.next().value).toBe(0);
    list.push(9500);
    expect([...values].at(-1)).toBe(9500);
  });

  it.each([0, 1, 2047, 2048, 2049, 5000])('of %i objects gives each of them by its index', (count) => {
    const list = makeObjectList<{ readonly number: number }>();
    for (let number = 0; number < count; number += 1) list.push({ number });
    expect(list.length).toBe(count);
    for (const index of [0, count >> 1, count - 2, count - 1, 3, 1030, 2050, 4090]) {
      expect(list.at(index)).toEqual(index >= 0 && index < count ? { number: index } : undefined);
    }
  });

  it('gives values by their index while others are added', () => {
    const list = makeObjectList<number>();
    for (let value = 0; value < 6000; value += 1) {
      list.push(value);
      expect(list.at(value >> 1)).toBe(value >> 1);
    }
  });

  it('packs large values in small portions, so that no text is too long', () => {
    const list = makeObjectList<{ readonly text: string; readonly number: number }>();
    for (let number = 0; number < 2100; number += 1) list.push({ text: 'a'.repeat(10_000), number });
    expect(list.at(2047)).toMatchObject({ number: 2047 });
    expect(Array.from(list, ({ number }) => number)).toEqual(Array.from({ length: 2100 }, (_, number) => number));
  });

  it('keeps integers of 64 bits exact', () => {
    const list = makeObjectList<unknown>();
    for (let number = 0; number < 2048; number += 1) list.push({ uid: 9_007_199_254_740_993n, number });
    expect(list.at(7)).toEqual({ uid: 9_007_199_254_740_993n, number: 7 });
  });
});
