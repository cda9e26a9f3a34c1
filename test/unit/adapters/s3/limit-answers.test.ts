import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';

import { openBlobStore } from '../../../../src/adapters/s3/open-store.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { BlobStore } from '../../../../src/domain/source/blob-store.ts';

const mebibyte = 1024 * 1024;
const owner = { app: 'web', namespace: 'shop', username: 'u' };
let sent = 0;
const server = createServer((request, response) => {
  if (request.method === 'HEAD') response.writeHead(404).end();
  else void sendWithoutEnd(response);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function sendWithoutEnd(response: ServerResponse): Promise<void> {
  response.writeHead(500, { 'content-type': 'application/xml' });
  const spaces = Buffer.alloc(mebibyte, ' ');
  while (!response.destroyed && sent < 2000) {
    sent += 1;
    if (!response.write(spaces)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

async function open(): Promise<BlobStore> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  const redactor = new Redactor();
  const credentials = { accessKey: redactor.secret('an-access-key'), secretKey: redactor.secret('a-secret-key') };
  const connection = { endpoint, bucket: 'epinio', region: 'us-east-1', credentials };
  const log = { redactor, info: () => undefined, progress: () => undefined };
  return openBlobStore({ connection, caBundle: '', environment: {}, signal: new AbortController().signal, log });
}

describe('a storage that sends XML without end', () => {
  it('is refused, before its answer fills the memory', async () => {
    const store = await open();
    const bytes = Buffer.from('content');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const source = async function* () {
      yield await Promise.resolve(bytes);
    };
    const upload = store.upload('id', { size: bytes.length, sha256, open: source }, owner);
    await expect(upload).rejects.toMatchObject({
      code: 'storage-refused',
      message: expect.stringMatching(/: an answer is longer than 8388608 bytes$/) as string,
    });
    expect(sent).toBeLessThan(200);
  });
});
