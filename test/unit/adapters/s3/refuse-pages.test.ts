import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { openBlobStore } from '../../../../src/adapters/s3/open-store.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { BlobStore } from '../../../../src/domain/source/blob-store.ts';
import { startS3, type Interference } from '../../../fakes/s3-server.ts';

const mebibyte = 1024 * 1024;
const owner = { app: 'web', namespace: 'shop', username: 'u' };

function open(endpoint: URL): BlobStore {
  const redactor = new Redactor();
  const credentials = { accessKey: redactor.secret('an-access-key'), secretKey: redactor.secret('a-secret-key') };
  const connection = { endpoint, bucket: 'epinio', region: 'us-east-1', credentials };
  const log = { redactor, info: () => undefined, progress: () => undefined };
  return openBlobStore({ connection, caBundle: '', environment: {}, signal: new AbortController().signal, log });
}

function upload(store: BlobStore, size: number): Promise<unknown> {
  const bytes = Buffer.alloc(size, 'a');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const source = async function* () {
    yield await Promise.resolve(bytes);
  };
  return store.upload('id', { size, sha256, open: source }, owner);
}

function send(response: ServerResponse, type: string, body: string): true {
  response.writeHead(200, { 'content-type': type, 'content-length': String(body.length) }).end(body);
  return true;
}

const page = '<!doctype html><title>Log in</title>';
const servers: Readonly<Record<string, Interference>> = {
  'a web page to everything': (_request, response) => send(response, 'text/html; charset=utf-8', page),
  'a web page to all but HEAD': ({ method }, response) => method !== 'HEAD' && send(response, 'Text/HTML', page),
  'JSON to everything': (_request, response) => send(response, 'application/json', '{"ok":true}'),
  'nothing to everything': (_request, response) => send(response, 'application/octet-stream', ''),
  'a web page to what begins an upload': ({ method }, response) =>
    method === 'POST' && send(response, 'text/html', page),
};

const doings: Readonly<Record<string, (store: BlobStore) => Promise<unknown>>> = {
  'takes no upload': (store) => upload(store, 7),
  'takes no upload in parts': (store) => upload(store, 11 * mebibyte),
  'has no metadata': (store) => store.metadata('id'),
  'has no content': (store) => text(store.download('id')),
};

const fine: Readonly<Record<string, readonly string[]>> = {
  'a web page to all but HEAD': ['has no metadata'],
  'a web page to what begins an upload': ['takes no upload', 'has no metadata', 'has no content'],
};

const cases = Object.keys(servers).flatMap((name) =>
  Object.keys(doings)
    .filter((doing) => fine[name]?.includes(doing) !== true)
    .map((doing) => [name, doing] as const),
);

describe('a server that answers with 200', () => {
  it.each(cases)('and %s %s', async (name, doing) => {
    using server = await startS3(servers[name]);
    await expect(doings[doing]?.(open(server.endpoint))).rejects.toMatchObject({
      code: 'storage-refused',
      message: expect.stringMatching(/: got (?:a web page|an answer without (?:ETag|the id of an upload))$/) as string,
      remedy: expect.stringContaining('API of S3') as string,
    });
    expect(server.requests.length).toBeLessThan(8);
  });
});
