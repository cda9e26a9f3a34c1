import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';

describe('a refusal of the API server', () => {
  it('keeps the body, where the token to go on with stands', () => {
    const body = { metadata: { continue: 'fresh' } };
    expect(new ClusterStatusError('GET /x', { status: 410, reason: 'Expired', message: 'too old', body }).body).toBe(
      body,
    );
  });

  it('says only what it was told', () => {
    const error = new ClusterStatusError('GET /x', { status: 429, reason: '', message: 'slow down' });
    expect(error.message).toBe('GET /x: 429 slow down');
    expect(error.remedy).toMatch(/less busy/);
  });
});
