import { describe, expect, it } from 'vitest';
import { ClusterError } from '../../../../testbed/clusters/errors.ts';
import { waitFor } from '../../../../testbed/clusters/wait.ts';

describe('waitFor', () => {
  it('ends when nothing is missing any more', async () => {
    const states = ['first', 'second', undefined, 'never asked'];
    await waitFor({ what: 'a thing', seconds: 5, everyMs: 1, check: () => Promise.resolve(states.shift()) });
    expect(states).toEqual(['never asked']);
  });

  it('names what it waited for and the last state when the deadline is over', async () => {
    const outcome = waitFor({ what: 'a pod', seconds: 0.01, everyMs: 5, check: () => Promise.resolve('Pending') });
    await expect(outcome).rejects.toThrow(/waiting for a pod: not there after 0.01 s; last seen: Pending/);
  });

  it('does not wait on when the check itself fails', async () => {
    const failure = new ClusterError('process-ended', 'etcd ended');
    await expect(waitFor({ what: 'etcd', seconds: 60, check: () => Promise.reject(failure) })).rejects.toBe(failure);
  });
});
