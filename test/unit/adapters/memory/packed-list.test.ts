import { describe, expect, it } from 'vitest';

import { makePackedList } from '../../../../src/adapters/memory/packed-list.ts';

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
});
