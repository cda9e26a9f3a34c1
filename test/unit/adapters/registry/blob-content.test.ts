import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';

let server: ScriptedRegistry;

beforeEach(async () => {
  server = new ScriptedRegistry();
  await server.start();
});

afterEach(() => server.stop());

const blob = { digest: `sha256:${createHash('sha256').update('content').digest('hex')}`, size: 7 };

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

describe('a blob', () => {
  it('is there or not as HEAD says', async () => {
    server.handler = (request, response) => answer(response, request.url?.includes('gone') === true ? 404 : 200);
    expect(await server.client().hasBlob('shop/web', blob.digest)).toBe(true);
    expect(await server.client().hasBlob('shop/gone', blob.digest)).toBe(false);
  });

  it('is written where the registry says, and never to another host', async () => {
    server.handler = (request, response) => {
      if (request.method === 'POST') answer(response, 202, { location: 'https://elsewhere.example/v2/up/1?state=x' });
      else answer(response, request.method === 'PUT' ? 201 : 200);
    };
    await server.client().writeBlob('shop/web', blob, pieces('content'));
    const digest = encodeURIComponent(blob.digest);
    expect(server.asked.at(-1)).toMatchObject({ method: 'PUT', url: `/v2/up/1?state=x&digest=${digest}` });
  });

  it.each<[string, { post: number; headers: Record<string, string>; put: number }]>([
    ['no place to write to', { post: 202, headers: {}, put: 201 }],
    ['no upload', { post: 200, headers: { location: '/v2/up' }, put: 201 }],
    ['no end', { post: 202, headers: { location: '/v2/up' }, put: 202 }],
  ])('is not taken for written where there is %s', async (_what, { post, headers, put }) => {
    server.handler = (request, response) => {
      if (request.method === 'POST') answer(response, post, headers);
      else answer(response, request.method === 'PUT' ? put : 200);
    };
    const writing = server.client().writeBlob('shop/web', blob, pieces('content'));
    await expect(writing).rejects.toMatchObject({ kind: 'refused' });
  });
});

it('writes a blob with the memory of an earlier one', async () => {
  const large = { digest: blob.digest, size: 9 * 1024 * 1024 };
  const client = server.client();
  const received: string[] = [];
  server.handler = (request, response) => {
    const hash = createHash('sha256');
    request.on('data', (piece: Buffer) => hash.update(piece));
    request.on('end', () => {
      if (request.method === 'PATCH') received.push(hash.digest('hex'));
      answer(response, request.method === 'PUT' ? 201 : 202, { location: '/v2/up/1' });
    });
  };
  const bytes = Buffer.alloc(large.size, 1);
  const other = Buffer.alloc(large.size, 2);
  for (const content of [bytes, other]) {
    await client.writeBlob(
      'shop/web',
      large,
      (async function* () {
        yield await Promise.resolve(content);
      })(),
    );
  }
  const parts = [bytes, other].flatMap((content) => [content.subarray(0, 5_242_880), content.subarray(5_242_880)]);
  expect(received).toEqual(parts.map((part) => createHash('sha256').update(part).digest('hex')));
});

describe('a blob in chunks', () => {
  const large = { digest: blob.digest, size: 9 * 1024 * 1024 };
  const bytes = Buffer.alloc(large.size, 1);

  async function* halves(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes.subarray(0, 5_000_000));
    yield bytes.subarray(5_000_000);
  }

  /** A registry whose connection breaks at the first chunks; `reached` is what it then says to have. */
  function breakAt(broken: number, reached: (asked: number) => Record<string, string>): readonly string[] {
    const ranges: string[] = [];
    let asked = 0;
    server.handler = (request, response) => {
      const { method, headers } = request;
      const location = '/v2/up/1';
      if (method === 'PATCH') {
        ranges.push(headers['content-range'] ?? '');
        if (ranges.length <= broken) request.socket.destroy();
        else request.resume().on('end', () => answer(response, 202, { location }));
      } else if (method === 'GET' && request.url === location) answer(response, 204, reached((asked += 1)));
      else
        request
          .resume()
          .on('end', () => answer(response, method === 'POST' ? 202 : method === 'PUT' ? 201 : 200, { location }));
    };
    return ranges;
  }

  it('is cut into chunks whatever its pieces are', async () => {
    const ranges = breakAt(0, () => ({}));
    await server.client().writeBlob('shop/web', large, halves());
    expect(ranges).toEqual(['0-5242879', '5242880-9437183']);
  });

  it('goes on where the registry says that it has come', async () => {
    const ranges = breakAt(3, (asked) => ({
      location: '/v2/up/1',
      range: ['', '0-0', '0-999', '0-5242879'][asked] ?? '',
    }));
    await server.client().writeBlob('shop/web', large, halves());
    expect(ranges).toEqual(['0-5242879', '0-5242879', '1000-5242879', '5242880-9437183']);
  });

  it('waits as long as a registry asks for, and sends no byte twice', async () => {
    const ranges: string[] = [];
    server.handler = (request, response) => {
      const { method, headers } = request;
      if (method === 'PATCH') ranges.push(headers['content-range'] ?? '');
      const isBusy = method === 'PATCH' && ranges.length < 3;
      const status = method === 'POST' || method === 'PATCH' ? 202 : method === 'PUT' ? 201 : 200;
      request.resume().on('end', () => {
        if (isBusy) answer(response, 429, { 'retry-after': '7' });
        else answer(response, status, { location: '/v2/up/1' });
      });
    };
    await server.client().writeBlob('shop/web', large, halves());
    expect(ranges).toEqual(['0-5242879', '0-5242879', '0-5242879', '5242880-9437183']);
    expect(server.pauses).toHaveLength(2);
    expect(Math.min(...server.pauses)).toBeGreaterThanOrEqual(7000);
  });

  it('goes on after a connection that freezes twice inside a chunk, from where the registry says', async () => {
    const ranges: string[] = [];
    server.handler = (request, response) => {
      const { method, headers, url } = request;
      const location = '/v2/up/1';
      if (method === 'PATCH') ranges.push(headers['content-range'] ?? '');
      // Takes nothing more and never answers, while the connection remains open.
      if (method === 'PATCH' && ranges.length < 3) return;
      const isAsked = method === 'GET' && url === location;
      const status = isAsked ? 204 : method === 'POST' || method === 'PATCH' ? 202 : method === 'PUT' ? 201 : 200;
      const range = `0-${String(ranges.length * 3 * 512 * 1024 - 1)}`;
      request.resume().on('end', () => answer(response, status, { location, ...(isAsked && { range }) }));
    };
    await server.impatient(1500).writeBlob('shop/web', large, halves());
    expect(ranges).toEqual(['0-5242879', '1572864-5242879', '3145728-5242879', '5242880-9437183']);
  });

  it('is sent in one request to a registry that refuses chunks', async () => {
    let received = 0;
    server.handler = (request, response) => {
      const { method } = request;
      request.on('data', (chunk: Buffer) => {
        if (method === 'PUT') received += chunk.length;
      });
      request.on('end', () => {
        const status = method === 'POST' ? 202 : method === 'PUT' ? 201 : method === 'PATCH' ? 416 : 200;
        answer(response, status, { location: '/v2/up/1' });
      });
    };
    await expect(server.client().writeBlob('shop/web', large, halves())).rejects.toMatchObject({ kind: 'refused' });
    await server.client().writeBlob('shop/web', { ...large, inOnePiece: true }, halves());
    expect(received).toBe(large.size);
  });

  it.each<[string, Record<string, string>]>([
    ['does not say where it is', {}],
    ['has more than it was sent', { location: '/v2/up/1', range: '0-9000000' }],
    ['gets no further', { location: '/v2/up/1', range: '0-0' }],
  ])('ends when the registry %s', async (_what, headers) => {
    breakAt(100, () => headers);
    await expect(server.client().writeBlob('shop/web', large, halves())).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('an upload that does not go on', () => {
  const large = { digest: blob.digest, size: 9 * 1024 * 1024 };

  it.each<[string, 'PATCH' | 'PUT']>([
    ['between two chunks', 'PATCH'],
    ['before the end', 'PUT'],
  ])('may be sent again to a registry that has lost the upload %s', async (_what, lost) => {
    const body = '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"blob upload unknown to registry"}]}';
    server.handler = (request, response) => {
      const { method, url } = request;
      const isLost = method === lost || (method === 'GET' && url === '/v2/up/1');
      const status = isLost ? 404 : method === 'POST' || method === 'PATCH' ? 202 : method === 'PUT' ? 201 : 200;
      request.resume().on('end', () => answer(response, status, { location: '/v2/up/1', ...(isLost && { body }) }));
    };
    await expect(server.client().writeBlob('shop/web', large, pieces('1'.repeat(large.size)))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('is sent in one request to a registry that wants larger chunks', async () => {
    server.handler = (request, response) => {
      const status = request.method === 'POST' ? 202 : request.method === 'PUT' ? 201 : 200;
      const headers = { location: '/v2/up/1', 'oci-chunk-min-length': '10000000' };
      request.resume().on('end', () => answer(response, status, headers));
    };
    await server.client().writeBlob('shop/web', large, pieces('1'.repeat(large.size)));
    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'PUT']);
  });

  it.each<[string, string, boolean]>([
    ['the same digest', blob.digest, true],
    ['a digest of another algorithm', `sha512:${'0'.repeat(128)}`, true],
    ['no digest', '', true],
    ['something else', 'latest', true],
    ['another digest', `sha256:${'0'.repeat(64)}`, false],
  ])('is taken for written by its answer 201 with %s: %3$s', async (_what, digest, isWritten) => {
    server.handler = (request, response) => {
      const status = request.method === 'POST' ? 202 : request.method === 'PUT' ? 201 : 200;
      request.resume().on('end', () => {
        answer(response, status, { location: '/v2/up/1', 'docker-content-digest': digest });
      });
    };
    const writing = server.client().writeBlob('shop/web', blob, pieces('content'));
    if (isWritten) await expect(writing).resolves.toBeUndefined();
    else await expect(writing).rejects.toMatchObject({ kind: 'wrong-content' });
  });
});

describe('what refers to a manifest', () => {
  const type = 'application/vnd.oci.image.index.v1+json';
  const page = (digit: string): string => JSON.stringify({ manifests: [{ digest: `sha256:${digit.repeat(64)}` }] });

  it('is listed over all pages', async () => {
    server.handler = ({ url = '' }, response) => {
      if (url.includes('page=2')) answer(response, 200, { 'content-type': type, body: page('2') });
      else answer(response, 200, { 'content-type': type, link: `<${url}?page=2>; rel="next"`, body: page('1') });
    };
    const found = await server.client().referrers('shop/web', blob.digest);
    expect(found?.map(({ digest }) => digest.at(-1))).toEqual(['1', '2']);
  });

  it.each<[string, number, string]>([
    ['404', 404, 'text/plain'],
    ['405', 405, 'text/plain'],
    ['a web page', 200, 'text/html'],
  ])('is unknown to a registry that answers %s', async (_what, status, contentType) => {
    server.handler = ({ url }, response) =>
      answer(response, url === '/v2/' ? 200 : status, { 'content-type': contentType });
    expect(await server.client().referrers('shop/web', blob.digest)).toBeUndefined();
  });

  it('is not treated as empty when the registry refuses to answer', async () => {
    server.handler = ({ url }, response) => answer(response, url === '/v2/' ? 200 : 403);
    await expect(server.client().referrers('shop/web', blob.digest)).rejects.toMatchObject({ kind: 'denied' });
  });
});
