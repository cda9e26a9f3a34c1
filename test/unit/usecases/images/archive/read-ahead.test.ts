import { describe, expect, it } from 'vitest';

import { readAhead } from '../../../../../src/usecases/images/archive/read-ahead.ts';

async function collect(source: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const piece of source) found.push(piece);
  return found;
}

describe('sources that are read ahead', () => {
  it('begin before their turn, no more of them than wanted, and one piece each', async () => {
    const events: string[] = [];
    async function* source(name: string): AsyncGenerator<string> {
      for (const piece of [1, 2, 3]) {
        events.push(`${name}${String(piece)}`);
        yield await Promise.resolve(`${name}${String(piece)}`);
      }
    }
    const sources = readAhead(
      ['a', 'b', 'c', 'd'].map((name) => () => source(name)),
      2,
    );
    expect(events).toEqual([]);
    expect(await collect(sources[0] ?? source('x'))).toEqual(['a1', 'a2', 'a3']);
    expect(events.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'c1']);
    for (const [index, name] of ['b', 'c', 'd'].entries())
      expect(await collect(sources[index + 1] ?? source('x'))).toEqual(
        [1, 2, 3].map((piece) => `${name}${String(piece)}`),
      );
  });

  it('throw what went wrong in their turn, and one that is never read harms nothing', async () => {
    const fail = (message: string) =>
      async function* (): AsyncGenerator<string> {
        yield await Promise.resolve('first');
        throw new Error(message);
      };
    const broken = async function* (): AsyncGenerator<string> {
      yield await Promise.reject(new Error('second'));
    };
    const [first, second] = readAhead([fail('first'), broken], 1);
    await expect(collect(first ?? broken())).rejects.toThrow('first');
    await expect(collect(second ?? broken())).rejects.toThrow('second');
  });
});
