import { describe, expect, it } from 'vitest';

import { growLimit, allowsAnother, shrinkLimit, startLimit } from '../../../../../src/domain/images/copy/copy-limit.ts';

const large = 1024 ** 3;

describe('the limit of copies', () => {
  it('lets as many large images run as were asked for', () => {
    expect(allowsAnother(startLimit(8), 7, large)).toBe(true);
    expect(allowsAnother(startLimit(8), 8, large)).toBe(false);
  });

  it('lets three times as many run while all together are small', () => {
    expect(allowsAnother(startLimit(8), 23, 1_000_000)).toBe(true);
    expect(allowsAnother(startLimit(8), 24, 1_000_000)).toBe(false);
    expect(allowsAnother(startLimit(8), 8, 64 * 1024 * 1024 + 1)).toBe(false);
    expect(allowsAnother(startLimit(1), 1, 1)).toBe(false);
  });

  it('is halved when a registry asks for quiet, also for small images, and never below one', () => {
    const shrunk = shrinkLimit(startLimit(8));
    expect(allowsAnother(shrunk, 4, 1)).toBe(false);
    expect(allowsAnother(shrunk, 3, 1)).toBe(true);
    expect(shrinkLimit(startLimit(1))).toEqual({ current: 1, most: 1 });
  });

  it('grows by about one per round of successes, up to where it began', () => {
    let limit = shrinkLimit(startLimit(8));
    for (let success = 0; success < 5; success += 1) limit = growLimit(limit);
    expect(limit.current).toBeGreaterThan(5);
    expect(limit.current).toBeLessThan(5.2);
    for (let success = 0; success < 100; success += 1) limit = growLimit(limit);
    expect(limit.current).toBe(8);
  });
});
