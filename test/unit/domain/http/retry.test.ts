import { describe, expect, it } from 'vitest';

import { delayBeforeRetry, parseRetryAfter } from '../../../../src/domain/http/retry.ts';

const state = { idempotent: true, tries: 1, left: 120_000, random: 0.5 };
const setback = { status: 503, sent: true, retryAfter: undefined };

describe('whether to ask again', () => {
  it('waits at least as long as the server asks', () => {
    expect(delayBeforeRetry({ ...setback, status: 429, retryAfter: 3000 }, { ...state, random: 0 })).toBe(3000);
  });

  it('waits longer from try to try, up to some seconds', () => {
    const delays = [1, 2, 3, 4, 5].map((tries) => delayBeforeRetry(setback, { ...state, tries, random: 1 }) ?? 0);
    expect(delays).toEqual([...delays].sort((left, right) => left - right));
    expect(Math.max(...delays)).toBeLessThan(6000);
  });

  it('gives up on a refusal that stays, unless the server names a time', () => {
    const late = { ...state, tries: 6 };
    expect(delayBeforeRetry(setback, late)).toBeUndefined();
    expect(delayBeforeRetry({ ...setback, retryAfter: 1000 }, late)).toBeGreaterThanOrEqual(1000);
  });

  it('gives up when the time would be over', () => {
    expect(delayBeforeRetry({ ...setback, retryAfter: 5000 }, { ...state, left: 4000 })).toBeUndefined();
  });

  it.each([400, 401, 403, 404, 405, 409, 410, 422])('takes %i for the final word', (status) => {
    expect(delayBeforeRetry({ ...setback, status }, state)).toBeUndefined();
  });

  it.each([
    ['a broken answer', { status: 0, sent: true, retryAfter: undefined }, undefined],
    ['a server that was never reached', { status: 0, sent: false, retryAfter: undefined }, 'again'],
    ['an internal error', { status: 500, sent: true, retryAfter: undefined }, undefined],
    ['an unexplained 503', { status: 503, sent: true, retryAfter: undefined }, undefined],
    ['a refusal before work began', { status: 503, sent: true, retryAfter: 1000 }, 'again'],
    ['a time after an internal error', { status: 500, sent: true, retryAfter: 1000 }, undefined],
  ])('does not repeat what must happen once after %s unless it is safe', (_name, met, expected) => {
    const delay = delayBeforeRetry(met, { ...state, idempotent: false });
    expect(delay === undefined ? undefined : 'again').toBe(expected);
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
