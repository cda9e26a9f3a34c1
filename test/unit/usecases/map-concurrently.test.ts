import { setTimeout } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { inOrder, mapConcurrently, takeConcurrently } from '../../../src/usecases/map-concurrently.ts';

describe('mapping concurrently', () => {
  it('keeps the order of the source and never has more calls open than allowed', async () => {
    let open = 0;
    let most = 0;
    const results = await mapConcurrently([5, 1, 4, 2, 3], 2, async (delay) => {
      open += 1;
      most = Math.max(most, open);
      await setTimeout(delay);
      open -= 1;
      return delay * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('takes no more from the source than it can work on', async () => {
    let taken = 0;
    function* source() {
      for (let item = 0; item < 10; item += 1) {
        taken = item + 1;
        yield item;
      }
    }
    const failing = mapConcurrently(source(), 2, (item) =>
      item === 1 ? Promise.reject(new Error('second')) : setTimeout(1, item),
    );
    await expect(failing).rejects.toThrow('second');
    expect(taken).toBeLessThan(5);
  });

  it('ends only when the calls under way have ended', async () => {
    let ended = false;
    const slow = setTimeout(5).then(() => {
      ended = true;
    });
    await expect(
      mapConcurrently([1, 2], 2, (item) => (item === 1 ? slow : Promise.reject(new Error('broke')))),
    ).rejects.toThrow('broke');
    expect(ended).toBe(true);
  });

  it('passes an error of the source on', async () => {
    async function* source() {
      yield await Promise.resolve(1);
      throw new Error('cut');
    }
    await expect(mapConcurrently(source(), 2, (item) => Promise.resolve(item))).rejects.toThrow('cut');
  });
});

describe('taking concurrently', () => {
  const collect = async (source: Iterable<number>, run: (item: number) => Promise<number>): Promise<number[]> => {
    const taken: number[] = [];
    await takeConcurrently(source, { limit: 2, run, take: (result) => taken.push(result) });
    return taken;
  };

  it.each([[[]], [[1]], [[5, 1, 4, 2, 3]]])('gives the results of %j in the order of the source', async (delays) => {
    let open = 0;
    let most = 0;
    const taken = await collect(delays, async (delay) => {
      open += 1;
      most = Math.max(most, open);
      await setTimeout(delay);
      open -= 1;
      return delay * 10;
    });
    expect(taken).toEqual(delays.map((delay) => delay * 10));
    expect(most).toBeLessThanOrEqual(2);
  });

  it('takes nothing after a call that failed, and ends when the calls under way have ended', async () => {
    let ended = 0;
    const run = async (item: number): Promise<number> => {
      await setTimeout(item === 2 ? 1 : 5);
      ended += 1;
      if (item === 2) throw new Error('broke');
      return item;
    };
    const taken: number[] = [];
    const all = takeConcurrently([1, 2, 3, 4, 5], { limit: 3, run, take: (result) => taken.push(result) });
    await expect(all).rejects.toThrow('broke');
    expect([taken, ended]).toEqual([[1], 4]);
  });

  it('passes an error of the source on', async () => {
    function* source() {
      yield 1;
      throw new Error('cut');
    }
    await expect(collect(source(), (item) => Promise.resolve(item))).rejects.toThrow('cut');
  });
});

describe('results in order', () => {
  it('are taken as soon as all before them are there', () => {
    const taken: string[] = [];
    const add = inOrder((result: string) => taken.push(result));
    add(1, 'b');
    expect(taken).toEqual([]);
    add(0, 'a');
    expect(taken).toEqual(['a', 'b']);
    add(3, 'd');
    add(2, 'c');
    expect(taken).toEqual(['a', 'b', 'c', 'd']);
  });
});
