import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';

import { explainS3 } from '../../../../src/adapters/s3/explain.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const answer = (name: string, status?: number, message = 'why') =>
  new S3ServiceException({
    ...{ name, message, $fault: 'client' },
    $metadata: status === undefined ? {} : { httpStatusCode: status },
  });
const failure = (code: string, name = 'Error') => Object.assign(new Error('why'), { code, name });
const explain = (error: unknown, redactor = new Redactor()) => explainS3('reading x of', error, redactor);

describe('a failed request to an object storage', () => {
  it.each<[string, unknown, string]>([
    ['a wrong key', answer('SignatureDoesNotMatch', 403), 'unauthorized'],
    ['a missing right', answer('AccessDenied', 403), 'forbidden'],
    ['a missing object', answer('NoSuchKey', 404), 'blob-not-found'],
    ['a full storage', answer('XMinioStorageFull', 507), 'storage-full'],
    ['a wrong clock', answer('RequestTimeTooSkewed', 403), 'storage-refused'],
    ['status 401', answer('Unknown', 401), 'unauthorized'],
    ['status 403', answer('Unknown', 403), 'forbidden'],
    ['status 404', answer('Unknown', 404), 'blob-not-found'],
    ['status 507', answer('Unknown', 507), 'storage-full'],
    ['status 503', answer('SlowDown', 503), 'unreachable'],
    ['another status', answer('InvalidRequest', 400), 'storage-refused'],
    ['an answer without a status', answer('Unknown'), 'storage-refused'],
    ['no keys at all', failure('', 'CredentialsProviderError'), 'unauthorized'],
    ['an authority that is not trusted', failure('SELF_SIGNED_CERT_IN_CHAIN'), 'tls-untrusted'],
    ['no connection', failure('ECONNREFUSED'), 'unreachable'],
    ['no answer in time', failure('', 'TimeoutError'), 'unreachable'],
  ])('%s', (_what, error, code) => {
    const found = explain(error);
    expect(found).toMatchObject({ code, message: expect.stringMatching(/^reading x of: /) as string });
    expect((found as TaskError).remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('names the clock only when the clock is the cause', () => {
    expect(explain(answer('InvalidRequest', 400))).toMatchObject({
      remedy: expect.not.stringContaining('clock') as string,
    });
    expect(explain(answer('RequestTimeTooSkewed', 403))).toMatchObject({
      remedy: expect.stringContaining('clock') as string,
    });
  });

  it.each([
    ['a sentence', 'The key is wrong.', 'reading x of: 404 NotFound: The key is wrong'],
    ['no text, as of HEAD requests', 'UnknownError', 'reading x of: 404 NotFound'],
  ])('has %s of the storage in its message', (_what, said, message) => {
    expect(explain(answer('NotFound', 404, said))).toMatchObject({ message });
  });

  it('never shows a key that the storage repeats', () => {
    const redactor = new Redactor();
    redactor.secret('very-secret-key');
    expect(explain(answer('InvalidAccessKeyId', 403, 'unknown key very-secret-key'), redactor)).toMatchObject({
      message: 'reading x of: 403 InvalidAccessKeyId: unknown key ***',
    });
  });

  it.each([
    ['an error of these programs', new TaskError('incomplete', 'x', { remedy: 'Run again.' })],
    ['an abort', failure('ABORT_ERR', 'AbortError')],
    ['a defect', new TypeError('x')],
    ['what is not an error', 'text'],
  ])('%s remains what it is', (_what, error) => {
    expect(explain(error)).toBe(error);
  });
});
