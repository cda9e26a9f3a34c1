import { describe, expect, it } from 'vitest';

import {
  ClusterStatusError,
  isConflict,
  isForbidden,
  isNotFound,
  isRefusal,
  isRefusalOfRequest,
  onRefusal,
} from '../../../../src/domain/kube/status-error.ts';

describe('a refusal of the API server', () => {
  it('keeps the body, which has the token to continue with', () => {
    const body = { metadata: { continue: 'fresh' } };
    expect(new ClusterStatusError('GET /x', { status: 410, reason: 'Expired', message: 'too old', body }).body).toBe(
      body,
    );
  });

  it('says only what it was given', () => {
    const error = new ClusterStatusError('GET /x', { status: 429, reason: '', message: 'slow down' });
    expect(error.message).toBe('GET /x: 429 slow down');
    expect(error.remedy).toMatch(/less busy/);
  });

  it('is known by its status', () => {
    const [unauthorized, forbidden, missing, conflict] = [401, 403, 404, 409].map(
      (status) => new ClusterStatusError('GET /x', { status, reason: '', message: '' }),
    );
    expect([missing, forbidden].map(isNotFound)).toEqual([true, false]);
    expect([missing, forbidden].map(isForbidden)).toEqual([false, true]);
    expect([missing, conflict].map(isConflict)).toEqual([false, true]);
    expect([unauthorized, missing, new Error('x')].map((error) => isRefusal(error))).toEqual([true, true, false]);
    expect([unauthorized, missing, new Error('x')].map(isRefusalOfRequest)).toEqual([false, true, false]);
    expect(onRefusal([403, 404], 'none')(missing)).toBe('none');
    expect(onRefusal([], 'none')(conflict)).toBe('none');
    expect(() => onRefusal([403], 'none')(missing)).toThrow(missing);
    expect(() => onRefusal([], 'none')(new TypeError('x'))).toThrow(TypeError);
  });
});
