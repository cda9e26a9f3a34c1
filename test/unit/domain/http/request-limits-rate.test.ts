import { describe, expect, it } from 'vitest';

import { RequestRate } from '../../../../src/domain/http/request-limits.ts';

describe('the rate of requests', () => {
  it('lets a burst go at once, and what follows at the rate', () => {
    const rate = new RequestRate({ perSecond: 10, burst: 3 }, 0);
    expect([0, 0, 0, 0, 0].map((now) => rate.reserve(now))).toEqual([0, 0, 0, 100, 200]);
  });

  it('fills again while nothing is asked, to the burst and no further', () => {
    const rate = new RequestRate({ perSecond: 10, burst: 2 }, 0);
    rate.reserve(0);
    rate.reserve(0);
    expect([60_000, 60_000, 60_000].map((now) => rate.reserve(now))).toEqual([0, 0, 100]);
  });

  it('takes no harm from a clock that is set back', () => {
    const rate = new RequestRate({ perSecond: 10, burst: 1 }, 10_000);
    expect([10_000, 5000].map((now) => rate.reserve(now))).toEqual([0, 100]);
  });
});
