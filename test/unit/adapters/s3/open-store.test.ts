import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { openBlobStore } from '../../../../src/adapters/s3/open-store.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { BlobContent, BlobStore } from '../../../../src/domain/source/blob-store.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { refuseS3, startS3 } from '../../../fakes/s3-server.ts';

const mebibyte = 1024 * 1024;
const app = { app: 'web', namespace: 'shop', username: 'u' };

const usual = { silence: 60_000, stall: 120_000, announce: 15_000 };

function open(endpoint: URL, limits = usual, lines: string[] = []): BlobStore {
  const redactor = new Redactor();
  const credentials = { accessKey: redactor.secret('an-access-key'), secretKey: redactor.secret('a-secret-key') };
  const connection = { endpoint, bucket: 'epinio', region: 'us-east-1', credentials };
  const { signal } = new AbortController();
  const log = {
    redactor,
    info: (line: string) => void lines.push(line),
    progress: (done: number, total: number) => void lines.push(`${String(done)}/${String(total)}`),
  };
  return openBlobStore({ connection, caBundle: '', environment: {}, signal, log, limits });
}

function contentOf(bytes: Buffer): BlobContent {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    size: bytes.length,
    sha256,
    open: async function* () {
      for (let start = 0; start < bytes.length; start += mebibyte) {
        yield await Promise.resolve(bytes.subarray(start, start + mebibyte));
      }
    },
  };
}

const small = contentOf(Buffer.from('content'));
const large = contentOf(Buffer.alloc(17 * mebibyte, 'abc'));

function download(store: BlobStore): Promise<string> {
  return text(store.download('id'));
}

describe('a store', () => {
  it('keeps a small content with its metadata, once', async () => {
    using server = await startS3();
    const store = open(server.endpoint);
    expect(store.address).toBe(`${server.endpoint.origin}/epinio`);
    expect(await store.upload('id', small, app)).toEqual({ how: 'uploaded', sent: 7 });
    expect(await store.metadata('id')).toEqual({ ...app, sha256: small.sha256 });
    expect(await download(store)).toBe('content');
    expect(await store.upload('id', small, app)).toEqual({ how: 'present', sent: 0 });
    expect(await store.upload('id', small, { ...app, app: 'other' })).toMatchObject({ how: 'uploaded' });
  });

  it('gets a large content in parts', async () => {
    using server = await startS3();
    const lines: string[] = [];
    const uploaded = await open(server.endpoint, usual, lines).upload('id', large, app);
    expect(uploaded).toEqual({ how: 'uploaded', sent: large.size });
    expect(lines.at(-1)).toBe(`${String(large.size)}/${String(large.size)}`);
    expect(lines).toHaveLength(4);
    expect(server.requests.filter((each) => each.includes('partNumber'))).toHaveLength(4);
    expect(server.objects.get('id')?.bytes.equals(Buffer.alloc(large.size, 'abc'))).toBe(true);
    expect(server.objects.get('id')?.metadata['sha256']).toBe(large.sha256);
  });

  it('continues an upload that was killed', async () => {
    using server = await startS3();
    const first = Buffer.alloc(large.size, 'abc').subarray(0, 5 * mebibyte);
    server.uploads.set('old', { metadata: { sha256: large.sha256 }, parts: new Map([[1, first]]) });
    expect(await open(server.endpoint).upload('id', large, app)).toEqual({
      how: 'resumed',
      sent: large.size - first.length,
    });
  });

  it('keeps nothing of a content that changed', async () => {
    using server = await startS3();
    const changed = [
      { ...small, sha256: 'x' },
      { ...large, sha256: 'x' },
    ];
    for (const content of changed) {
      expect((await thrownBy(() => open(server.endpoint).upload('id', content, app))).code).toBe('incomplete');
    }
    expect([server.objects.size, server.uploads.size]).toEqual([0, 0]);
  });

  it('creates its bucket when it is missing', async () => {
    let isMissing = true;
    using server = await startS3(({ method, url = '' }, response) => {
      if (method !== 'PUT' || !isMissing) return false;
      isMissing = url.startsWith('/epinio/id');
      return isMissing && refuseS3(response, 404, 'NoSuchBucket');
    });
    expect(await open(server.endpoint).upload('id', small, app)).toMatchObject({ how: 'uploaded' });
    expect(server.requests.map((each) => each.split('?')[0])).toContain('PUT /epinio/');
    expect(server.objects.size).toBe(1);
  });

  it.each(['BucketAlreadyOwnedByYou', 'BucketAlreadyExists', 'OperationAborted'])(
    'uploads when another upload created the bucket meanwhile: %s',
    async (code) => {
      let isMissing = true;
      using server = await startS3(({ method, url = '' }, response) => {
        if (method !== 'PUT' || !isMissing) return false;
        isMissing = url.startsWith('/epinio/id');
        return isMissing ? refuseS3(response, 404, 'NoSuchBucket') : refuseS3(response, 409, code);
      });
      expect(await open(server.endpoint).upload('id', small, app)).toMatchObject({ how: 'uploaded' });
    },
  );

  it('says what the storage says when it refuses the bucket', async () => {
    using server = await startS3(({ method, url = '' }, response) => {
      if (method !== 'PUT') return false;
      return url.startsWith('/epinio/id')
        ? refuseS3(response, 404, 'NoSuchBucket')
        : refuseS3(response, 409, 'InvalidBucketState');
    });
    const { code, remedy } = await thrownBy(() => open(server.endpoint).upload('id', small, app));
    expect(code).toBe('storage-refused');
    expect(remedy).not.toContain('clock');
  });

  it('uploads although the account may neither read nor list', async () => {
    using server = await startS3(
      ({ method }, response) => ['HEAD', 'GET'].includes(method ?? '') && refuseS3(response, 403, 'AccessDenied'),
    );
    const store = open(server.endpoint);
    expect(await store.upload('id', large, app)).toMatchObject({ how: 'uploaded' });
    expect((await thrownBy(() => store.metadata('id'))).code).toBe('forbidden');
  });

  it('continues a download that breaks', async () => {
    let gets = 0;
    using server = await startS3(({ method }, response) => {
      if (method !== 'GET' || (gets += 1) > 1) return false;
      response.writeHead(200, { 'content-length': '7', etag: '"e"' });
      response.write('con', () => response.destroy());
      return true;
    });
    const store = open(server.endpoint);
    await store.upload('id', small, app);
    expect(await download(store)).toBe('content');
    expect(gets).toBe(2);
  });

  it('ends a download of what is not there', async () => {
    using server = await startS3();
    expect((await thrownBy(() => download(open(server.endpoint)))).code).toBe('blob-not-found');
    expect((await thrownBy(() => open(server.endpoint).metadata('id'))).code).toBe('blob-not-found');
  });
});

describe('a storage that takes requests and does not answer', () => {
  // A loaded computer wakes late: there is time for several lines.
  const limits = { silence: 150, stall: 300, announce: 40 };
  const waiting = /^waiting for http:\/\/\S+\/epinio: no answer for \d+ s$/;
  const silent = {
    code: 'unreachable',
    message: expect.stringContaining('the storage sent nothing for 0.3 s') as string,
  };

  it.each([
    ['HEAD', 'HEAD', small],
    ['parts', 'PUT', large],
  ])('is given up in an upload, and named meanwhile: %s', async (_, method, content) => {
    using server = await startS3((request) => request.method === method);
    const lines: string[] = [];
    const error = await thrownBy(() => open(server.endpoint, limits, lines).upload('id', content, app));
    expect({ code: error.code, message: error.message }).toEqual(silent);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(waiting);
    expect(server.requests.filter((each) => each.startsWith(method)).length).toBeLessThan(9);
  });

  it('is given up in a download, at its beginning and in the middle of it', async () => {
    let [isBegun, gets] = [false, 0];
    using server = await startS3(({ method }, response) => {
      if (method !== 'GET') return false;
      if (isBegun) response.writeHead(200, { 'content-length': '7', etag: '"e"' }).write((gets += 1) > 1 ? '' : 'con');
      return true;
    });
    const store = open(server.endpoint, limits);
    await store.upload('id', small, app);
    for (isBegun of [false, true]) {
      const error = await thrownBy(() => download(store));
      expect({ code: error.code, message: error.message }).toEqual(silent);
    }
  });

  it('counts only the time without a byte', async () => {
    let asked = 0;
    using server = await startS3(({ method }) => method === 'HEAD' && (asked += 1) < 2);
    const store = open(server.endpoint, limits);
    expect(await store.upload('id', small, app)).toMatchObject({ how: 'uploaded' });
    expect(asked).toBe(2);
  });
});
