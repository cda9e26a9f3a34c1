import { describe, expect, it } from 'vitest';

import { delayBeforeRetry, isRetryable, parseRetryAfter } from '../../../../src/domain/http/retry.ts';

const policy = { budget: 120_000, mostTries: 6, backoff: { first: 150, longest: 5000 } };
const state = { tries: 1, left: 120_000, last: 150, random: 0.5 };

describe('the pause before another try', () => {
  it('is at least as long as the server asks', () => {
    expect(delayBeforeRetry(policy, 3000, { ...state, random: 0 })).toBe(3000);
  });

  it('has jitter, so that clients that failed together do not come back together', () => {
    expect(delayBeforeRetry(policy, 3000, state)).toBe(3075);
    expect(delayBeforeRetry(policy, undefined, state)).toBe(300);
  });

  it('grows when the server asks for none again and again', () => {
    expect(delayBeforeRetry(policy, 0, { ...state, last: 3000, tries: 9 })).toBe(4575);
  });

  it('grows from try to try, up to the longest', () => {
    const delays = [1, 2, 3, 4, 5].reduce<number[]>((all, tries) => {
      const last = all.at(-1) ?? policy.backoff.first;
      return [...all, delayBeforeRetry(policy, undefined, { ...state, tries, last, random: 1 }) ?? 0];
    }, []);
    expect(delays).toEqual([450, 1350, 4050, 5000, 5000]);
  });

  it('gives up on a permanent refusal, unless the server names a time', () => {
    const late = { ...state, tries: 6 };
    expect(delayBeforeRetry(policy, undefined, late)).toBeUndefined();
    expect(delayBeforeRetry(policy, 1000, late)).toBeGreaterThanOrEqual(1000);
  });

  it('ends the tries when the budget would be over', () => {
    expect(delayBeforeRetry(policy, 5000, { ...state, left: 4000 })).toBeUndefined();
  });
});

describe('a failed request', () => {
  const failed = { status: 503, sent: true, retryAfter: undefined };

  it.each([0, 429, 500, 502, 503, 504])('with status %i is retried', (status) => {
    expect(isRetryable({ ...failed, status }, true)).toBe(true);
  });

  it.each([400, 401, 403, 404, 405, 409, 410, 422])('with status %i is not retried', (status) => {
    expect(isRetryable({ ...failed, status }, true)).toBe(false);
  });

  it.each([
    ['a broken answer', { status: 0, sent: true, retryAfter: undefined }, false],
    ['a server that was never reached', { status: 0, sent: false, retryAfter: undefined }, true],
    ['an internal error', { status: 500, sent: true, retryAfter: undefined }, false],
    ['an unexplained 503', { status: 503, sent: true, retryAfter: undefined }, false],
    ['a refusal before work began', { status: 503, sent: true, retryAfter: 1000 }, true],
    ['a time after an internal error', { status: 500, sent: true, retryAfter: 1000 }, false],
  ])('that must happen once is retried after %s only when that is safe: %s', (_name, met, expected) => {
    expect(isRetryable(met, false)).toBe(expected);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);

  it.each([
    ['3', 3000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:00:02 GMT', 2000],
    ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['Xxx, nonsense', undefined],
    [undefined, undefined],
  ])('%j is %j milliseconds', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
