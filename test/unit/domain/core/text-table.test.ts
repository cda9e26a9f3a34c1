import { describe, expect, it } from 'vitest';

import { makeTextTable } from '../../../../src/domain/core/text-table.ts';

describe('a table of texts', () => {
  it('numbers texts in the order in which they come, and each text once', () => {
    const table = makeTextTable();
    expect(['b', 'a', 'b', '', 'a'].map(table.add)).toEqual([0, 1, 0, 2, 1]);
    expect(['', 'a', 'b', 'c'].map(table.find)).toEqual([2, 1, 0, -1]);
  });

  it('knows none at first, and a text that was looked for is not added', () => {
    const table = makeTextTable();
    expect([table.find('a'), table.find('a')]).toEqual([-1, -1]);
  });

  it('distinguishes texts that begin or end alike, and other scripts', () => {
    const table = makeTextTable();
    const texts = ['web', 'we', 'web-1', 'eb', 'wéb', 'wèb', '\u{1f600}', '\u{1f601}', 'a\0b', 'a\0c'];
    texts.forEach(table.add);
    expect(texts.map(table.find)).toEqual([...texts.keys()]);
  });

  it('finds each of thousands of texts, and texts longer than all before', () => {
    const table = makeTextTable();
    const texts = Array.from({ length: 10_000 }, (_, number) => `shop/Deployment web-${String(number * 7)}`);
    texts.push('x'.repeat(100_000), `${'x'.repeat(100_000)}y`);
    expect(texts.map(table.add)).toEqual([...texts.keys()]);
    expect(texts.map(table.find)).toEqual([...texts.keys()]);
    expect(table.find('shop/Deployment web-1')).toBe(-1);
  });

  it('takes names that were made to meet in one place as fast as others', () => {
    const meeting = collisions(12);
    const others = meeting.map((_, number) => String(number).padStart(meeting[0]?.length ?? 0, 'x'));
    const secondsOf = (texts: readonly string[]): number => {
      const table = makeTextTable();
      const before = process.cpuUsage();
      texts.forEach(table.add);
      return process.cpuUsage(before).user / 1e6;
    };
    secondsOf(others);
    expect(secondsOf(meeting)).toBeLessThan(5 * secondsOf(others) + 0.02);
  });
});

const [start, factor] = [0x811c9dc5, 0x01000193];

/** 2^`pieces` texts of the same length and with the same FNV-1a hash: each piece has two forms that lead to the same state. */
function collisions(pieces: number): readonly string[] {
  let state = start;
  let texts = [''];
  for (let piece = 0; piece < pieces; piece += 1) {
    const [one, other, next] = collision(state);
    texts = texts.flatMap((text) => [text + one, text + other]);
    state = next;
  }
  return texts;
}

function collision(state: number): readonly [string, string, number] {
  const seen = new Map<number, string>();
  for (let number = 0; ; number += 1) {
    const text = Math.imul(number, 0x9e3779b1).toString(16).padStart(9, '0');
    const next = hash(state, text);
    const other = seen.get(next);
    if (other !== undefined) return [other, text, next];
    seen.set(next, text);
  }
}

function hash(state: number, text: string): number {
  let at = state;
  for (let index = 0; index < text.length; index += 1) at = Math.imul(at ^ text.charCodeAt(index), factor);
  return at >>> 0;
}
