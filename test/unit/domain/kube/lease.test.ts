import { describe, expect, it } from 'vitest';

import { isExpired, leaseSpec, readLease } from '../../../../src/domain/kube/lease.ts';

const lease = (spec: object) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'a' },
  spec: { ...spec },
});

describe('a Lease', () => {
  it('is read as it was written', () => {
    const spec = leaseSpec('me', 15, { acquired: 0, renewed: 5 });
    expect(spec['renewTime']).toBe('1970-01-01T00:00:00.005000Z');
    expect(readLease(lease(spec))).toEqual({ owner: 'me', durationMilliseconds: 15_000, renewedAt: 5 });
    expect(readLease(lease({}))).toEqual({ owner: undefined, durationMilliseconds: 15_000, renewedAt: undefined });
  });

  it.each([
    ['has no owner', { owner: undefined, renewedAt: 100_000 }, 100_000, true],
    ['was renewed a moment ago', { owner: 'a', renewedAt: 100_000 }, 100_000, false],
    ['was not renewed while it was watched', { owner: 'a', renewedAt: 100_000 }, 84_000, true],
    ['is older than clocks differ', { owner: 'a', renewedAt: 20_000 }, 100_000, true],
    ['is as old as clocks may differ', { owner: 'a', renewedAt: 40_000 }, 100_000, false],
  ])('that %s', (...[, holder, since, expected]) => {
    const whole = { durationMilliseconds: 15_000, ...holder };
    expect(isExpired(whole, { resourceVersion: '1', since }, 100_000)).toBe(expected);
  });
});
