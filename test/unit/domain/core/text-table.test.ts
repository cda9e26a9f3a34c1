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
});
