import { describe, expect, it } from 'vitest';

import { exitCodeOf } from '../../../../src/domain/core/errors.ts';
import { isTransient, remedyOf, SyncFailure } from '../../../../src/domain/oci/failure.ts';

describe('SyncFailure', () => {
  it('has the exit code and the remedy of its kind', () => {
    const failure = new SyncFailure('unauthorized', 'reading x: 401');
    expect(exitCodeOf(failure)).toBe(3);
    expect(failure.remedy).toBe(remedyOf('unauthorized'));
    expect(failure.remedy).toContain('system:image-puller');
    expect(exitCodeOf(new SyncFailure('interrupted', 'x'))).toBe(4);
  });

  it('keeps how long to wait and what caused it', () => {
    const cause = new Error('reset');
    const failure = new SyncFailure('rate-limited', 'x', { retryAfterMilliseconds: 3000, cause });
    expect(failure.retryAfterMilliseconds).toBe(3000);
    expect(failure.cause).toBe(cause);
  });
});

describe('isTransient', () => {
  it.each(['rate-limited', 'unavailable', 'wrong-content'] as const)('says yes to %s', (kind) => {
    expect(isTransient(kind)).toBe(true);
  });

  it.each(['unauthorized', 'denied', 'not-found', 'tls-untrusted', 'refused', 'unsupported'] as const)(
    'says no to %s',
    (kind) => {
      expect(isTransient(kind)).toBe(false);
    },
  );
});
