import { existsSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const rows = readFileSync('docs/task-library-checklist.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the checklist of a task library', () => {
  it('has each of its points once', () => {
    expect(rows.map(([, number]) => number)).toEqual(Array.from({ length: 42 }, (_, index) => String(index + 1)));
  });

  it.each(rows.map((row) => [row[1] ?? '', row] as const))('names a test that exists for point %s', (_, row) => {
    expect(row[3]).toMatch(/^(yes|partly: .+|no: .+)$/);
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(row[4] ?? '') ?? [];
    expect(existsSync(file), file).toBe(true);
    expect(title.length).toBeGreaterThan(8);
    expect(readFileSync(file, 'utf8')).toContain(title);
  });
});
