import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface StoredObject {
  readonly bytes: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a test can make the server do in place of its answer. True: it has answered. */
export type Interference = (request: IncomingMessage, response: ServerResponse) => boolean;

export function refuseS3(response: ServerResponse, status: number, code: string): true {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>refused</Message></Error>`);
  return true;
}

/** One bucket of an object storage on loopback, without checks of signatures. Close it with `using`. */
export async function startS3(interfere: Interference = () => false) {
  const objects = new Map<string, StoredObject>();
  const uploads = new Map<string, { metadata: Readonly<Record<string, string>>; parts: Map<number, Buffer> }>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method = '' } = request;
    const url = new URL(request.url ?? '', 'http://s3.test');
    url.searchParams.delete('x-id');
    requests.push(`${method} ${url.pathname}${url.search.replace(/=(?=&|$)/g, '')}`);
    if (interfere(request, response)) return;
    void buffer(request).then((body) => {
      answer({ method, url, body, metadata: metadataOf(request), range: request.headers.range }, response);
    });
  });

  function answer(asked: Asked, response: ServerResponse): void {
    const { method, url, metadata } = asked;
    if (url.searchParams.has('uploads')) {
      const open = [...uploads.keys()].map((id) => `<Upload><Key>id</Key><UploadId>${id}</UploadId></Upload>`);
      if (method === 'POST') uploads.set('new', { metadata, parts: new Map() });
      response.end(xml(method === 'POST' ? '<UploadId>new</UploadId>' : open.join('')));
    } else if (url.searchParams.has('uploadId')) answerPart(asked, response);
    else answerObject(asked, response);
  }

  function answerPart({ method, url, body }: Asked, response: ServerResponse): void {
    const id = url.searchParams.get('uploadId') ?? '';
    const { metadata = {}, parts = new Map<number, Buffer>() } = uploads.get(id) ?? {};
    if (method === 'PUT') parts.set(Number(url.searchParams.get('partNumber')), body);
    const sorted = [...parts].sort(([one], [other]) => one - other);
    if (method === 'POST')
      objects.set(keyOf(url), { bytes: Buffer.concat(sorted.map(([, bytes]) => bytes)), metadata });
    if (method === 'POST' || method === 'DELETE') uploads.delete(id);
    const tags = sorted.map(([number, bytes]) => ({ number: String(number), tag: md5Of(bytes) }));
    response.setHeader('etag', md5Of(body));
    response.end(
      xml(tags.map(({ number, tag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`).join('')),
    );
  }

  function answerObject({ method, url, body, metadata, range }: Asked, response: ServerResponse): void {
    const key = keyOf(url);
    if (method === 'PUT') {
      if (key !== '') objects.set(key, { bytes: body, metadata });
      response.setHeader('etag', md5Of(body));
      response.end();
      return;
    }
    const found = objects.get(key);
    if (found === undefined) {
      refuseS3(response, 404, 'NoSuchKey');
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const bytes = found.bytes.subarray(start);
    for (const [name, value] of Object.entries(found.metadata)) response.setHeader(`x-amz-meta-${name}`, value);
    response.writeHead(start === 0 ? 200 : 206, { etag: '"e"', 'content-length': bytes.length });
    response.end(method === 'HEAD' ? undefined : bytes);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`),
    objects,
    uploads,
    requests,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
  readonly range: string | undefined;
}

function metadataOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(own.map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)]));
}

function md5Of(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function keyOf(url: URL): string {
  return url.pathname.split('/').slice(2).join('/');
}

function xml(text: string): string {
  return `<?xml version="1.0"?><Result>${text}</Result>`;
}
