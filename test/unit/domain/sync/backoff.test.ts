import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { nextPause, parseRetryAfter } from '../../../../src/domain/sync/backoff.ts';

const limits = { first: 500, longest: 30_000 };

describe('nextPause', () => {
  it('starts with the first pause', () => {
    expect(nextPause(0, limits, 0.99)).toBe(500);
  });

  it('lies between the first pause and three times the last one', () => {
    expect(nextPause(1000, limits, 0)).toBe(500);
    expect(nextPause(1000, limits, 0.5)).toBe(1750);
  });

  it('never goes beyond the longest or below the first pause', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (last, random) => {
        const pause = nextPause(last, limits, random);
        expect(pause).toBeGreaterThanOrEqual(limits.first);
        expect(pause).toBeLessThanOrEqual(limits.longest);
      }),
    );
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['3', 3000],
    [' 120 ', 120_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['soon', undefined],
    ['-1x', undefined],
    [undefined, undefined],
  ])('reads %j as %j milliseconds', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
