import { describe, expect, it } from 'vitest';

import { assertTokensLast, sideThatEnds } from '../../../../src/domain/planning/token-expiry.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const now = Date.parse('2026-01-31T10:00:00Z');
const soon = '2026-01-31T11:59:00Z';
const late = '2026-01-31T12:01:00Z';

describe('a token of a run', () => {
  it.each([
    [{}, undefined],
    [{ source: late, destination: late }, undefined],
    [{ source: late, destination: soon }, 'destination'],
    [{ source: soon, destination: soon }, 'source'],
    [{ source: 'not a time' }, undefined],
  ])('%j ends before a run of two hours: %s', (expiries, side) => {
    expect(sideThatEnds(expiries, { minutes: 120, now })?.side).toBe(side);
  });

  it('must last as long as the run may', () => {
    expect(() => assertTokensLast({ source: late }, { minutes: 120, now })).not.toThrow();
    expect(refusalOf(() => assertTokensLast({ source: soon }, { minutes: 120, now }))).toContain('invalid-param');
  });
});
