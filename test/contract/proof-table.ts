import { existsSync, readFileSync } from 'node:fs';

import { expect } from 'vitest';

/** Cells of a table of a document, from rows that begin with `| <something in the first cell>`. */
export function readTable(document: string, first: RegExp): readonly (readonly string[])[] {
  return readFileSync(document, 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([before, cell]) => before === '' && cell !== undefined && first.test(cell))
    .map((cells) => cells.slice(1, -1));
}

/** Holds that a cell says `yes`, or in what way not. */
export function expectVerdict(cell: string | undefined): void {
  expect(cell).toMatch(/^(yes|partly: .+|no: .+)$/);
}

/**
 * Holds that a cell names tests that there are: a file in backticks and a title of its tests after a colon, several of
 * them behind one another with semicolons between.
 */
export function expectNamedTests(cell: string | undefined): void {
  const named = (cell ?? '').split(/; (?=`)/);
  for (const one of named) {
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(one) ?? [];
    expect(existsSync(file), `${file} in: ${one}`).toBe(true);
    expect(title.length, one).toBeGreaterThan(8);
    expect(readFileSync(file, 'utf8'), file).toContain(title);
  }
}
