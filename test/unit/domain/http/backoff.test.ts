import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { nextPause } from '../../../../src/domain/http/backoff.ts';

const limits = { first: 500, longest: 30_000 };

describe('nextPause', () => {
  it('starts with the first pause', () => {
    expect(nextPause(0, limits, 0.99)).toBe(500);
  });

  it('is between the first pause and three times the last one', () => {
    expect(nextPause(1000, limits, 0)).toBe(500);
    expect(nextPause(1000, limits, 0.5)).toBe(1750);
  });

  it('is never beyond the longest or below the first pause', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (last, random) => {
        const pause = nextPause(last, limits, random);
        expect(pause).toBeGreaterThanOrEqual(limits.first);
        expect(pause).toBeLessThanOrEqual(limits.longest);
      }),
    );
  });
});
