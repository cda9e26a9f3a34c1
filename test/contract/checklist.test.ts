import { describe, expect, it } from 'vitest';

import { expectNamedTests, expectVerdict, readTable } from './proof-table.ts';

const points = readTable('docs/task-library-checklist.md', /^\d+$/);
const faults = readTable('docs/fault-matrix.md', /^[A-Z]\d+$/);

describe('the checklist of a task library', () => {
  it('has each of its points once', () => {
    expect(points.map(([number]) => number)).toEqual(Array.from({ length: 42 }, (_, index) => String(index + 1)));
  });

  it.each(points.map((row) => [row[0] ?? '', row] as const))('names a test that exists for point %s', (_, row) => {
    expectVerdict(row[2]);
    expectNamedTests(row[3]);
  });
});

describe('the matrix of faults and threats', () => {
  it('has each of its rows once', () => {
    const numbers = faults.map(([number]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(50);
  });

  it.each(faults.map((row) => [row[0] ?? '', row] as const))('names tests that exist for row %s', (_, row) => {
    expectVerdict(row[3]);
    expectNamedTests(row[4]);
  });
});
