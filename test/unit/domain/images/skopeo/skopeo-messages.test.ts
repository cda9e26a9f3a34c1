import { describe, expect, it } from 'vitest';

import { readSkopeoMessage } from '../../../../../src/domain/images/skopeo/skopeo-messages.ts';
import { Redactor } from '../../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

function fatal(message: string): string {
  const quoted = message.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `time="2026-01-01T00:00:00Z" level=warning msg="something else"\ntime="2026-01-01T00:00:00Z" level=fatal msg="${quoted}"\n`;
}

describe('readSkopeoMessage', () => {
  it.each([
    ['unauthorized', 'reading manifest 1 in r.example/a/b: unauthorized: authentication required'],
    [
      'unauthorized',
      'initializing source docker://r.example/a/b@x: unable to retrieve auth token: invalid username/password: unauthorized',
    ],
    [
      'denied',
      'writing blob: initiating layer upload to /v2/a/b/blobs/uploads/ in r.example: denied: requested access to the resource is denied',
    ],
    ['not-found', 'reading manifest sha256:aa in r.example/a/b: manifest unknown: manifest unknown'],
    ['not-found', 'reading manifest latest in r.example/a/b: name unknown: repository name not known to registry'],
    ['rate-limited', 'reading manifest 1 in r.example/a/b: toomanyrequests: slow down'],
    ['rate-limited', 'copying system image: received unexpected HTTP status: 429 Too Many Requests'],
    ['rate-limited', 'reading manifest 1.0 in registry.test/shop/web: StatusCode: 429, .'],
    ['unauthorized', 'reading manifest 1.0 in registry.test/shop/web: StatusCode: 401, <html>'],
    ['denied', 'reading manifest 1.0 in registry.test/shop/web: StatusCode: 403, <html>'],
    ['not-found', 'reading manifest 1.0 in registry.test/shop/web: StatusCode: 404, <html>'],
    ['unavailable', 'reading manifest 1.0 in registry.test/shop/web: StatusCode: 503, .'],
    ['unavailable', 'writing blob: uploading layer chunked: received unexpected HTTP status: 503 Service Unavailable'],
    [
      'unavailable',
      'writing manifest: uploading manifest 1 to r.example/a/b: received unexpected HTTP status: 500 Internal Server Error',
    ],
    [
      'unavailable',
      'pinging container registry r.example: Get "https://r.example/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
    ],
    ['unavailable', 'writing blob: storing blob to file "/x": happened during read: unexpected EOF'],
    [
      'unavailable',
      'pinging container registry r.example: Get "https://r.example/v2/": dial tcp: lookup r.example: no such host',
    ],
    ['blob-missing', 'writing manifest: uploading manifest 1 to r.example/a/b: blob unknown: blob unknown to registry'],
    [
      'tls-untrusted',
      'pinging container registry r.example: Get "https://r.example/v2/": x509: certificate signed by unknown authority',
    ],
    ['wrong-content', 'writing blob: Digest did not match, expected sha256:aa, got sha256:bb'],
    ['wrong-content', 'Manifest list must be converted to type "x" to be written, but that would change the digest'],
    ['unsupported', 'copying system image: unsupported schema version 1'],
    [
      'repository-missing',
      "writing blob: initiating layer upload to /v2/a/b/blobs/uploads/ in r.example: name unknown: The repository with name 'x' does not exist in the registry with id '1'",
    ],
    [
      'quota-exceeded',
      'writing manifest: uploading manifest 1 to r.example/a/b: denied: adding 10.0 MiB of storage resource will exceed the configured upper limit of 5.0 MiB',
    ],
    ['upload-too-large', 'writing blob: uploading layer chunked: StatusCode: 413, <html>'],
    ['refused', 'something nobody has seen before'],
  ])('reads %s out of: %s', (kind, message) => {
    expect(readSkopeoMessage(fatal(message), redactor)).toEqual({ kind, text: message });
  });

  it('is not led astray by names of images', () => {
    const { kind } = readSkopeoMessage(
      fatal('reading docker://r.example/unauthorized/not-found:x509: connection reset by peer'),
      redactor,
    );
    expect(kind).toBe('unavailable');
  });

  it('undoes the quoting of the log line', () => {
    expect(readSkopeoMessage('level=fatal msg="a \\"b\\" c"', redactor).text).toBe('a "b" c');
  });

  it('takes the last line when none is fatal, and says so when there is none', () => {
    expect(readSkopeoMessage('first\nError: last\n\n', redactor).text).toBe('Error: last');
    expect(readSkopeoMessage('', redactor).text).toBe('it said nothing');
  });

  it('cuts what is too long for a report', () => {
    expect(readSkopeoMessage('x'.repeat(5000), redactor).text).toHaveLength(601);
  });
});
