import { expect, it } from 'vitest';

import { formatTable, formatTime } from '../../../../src/domain/app/format-table.ts';

it('a table has columns as wide as their widest cell', () => {
  const rows = [
    ['long-name', '1'],
    ['b', '22'],
  ];
  expect(formatTable(['NAME', 'REVISION'], rows)).toBe('NAME        REVISION\nlong-name   1\nb           22\n');
});

it('a table without rows has headings', () => {
  expect(formatTable(['A', 'B'], [])).toBe('A   B\n');
});

it('a row can have fewer or more cells than there are headings', () => {
  expect(formatTable(['A', 'B'], [['x'], ['1', '2', 'more']])).toBe('A   B\nx\n1   2   more\n');
});

it('control characters of a cell cannot reach the terminal', () => {
  expect(formatTable(['A'], [['a\u001B[2Jb']])).not.toContain('\u001B');
});

it.each(['2026-01-31T10:00:00.123456789Z', '2026-01-31 10:00:00.123 +0000 UTC'])('the time %s has seconds', (time) => {
  expect(formatTime(time)).toBe('2026-01-31 10:00:00');
});
