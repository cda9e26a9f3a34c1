import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { Agent, request } from 'undici';

/** An answer of the registry that holds the content. Its body must be sent on or dumped. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** One request to the backend. */
export interface BackendRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable | Buffer;
  readonly signal?: AbortSignal;
}

/** The plain registry behind the front. */
export interface Backend {
  send(request: BackendRequest): Promise<BackendAnswer>;
  close(): Promise<void>;
}

/** `baseUrl` without a path. Uploads may take long, so answers have ten minutes. */
export function createBackend(baseUrl: string): Backend {
  const dispatcher = new Agent({ headersTimeout: 600_000, bodyTimeout: 600_000 });
  return {
    send: async ({ method, path, headers, body, signal }) => {
      const options = { method, headers, body: body ?? null, ...(signal === undefined ? {} : { signal }) };
      const answer = await request(baseUrl.replace(/\/$/, '') + path, { dispatcher, ...options });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    },
    close: async () => dispatcher.destroy(),
  };
}

/** Headers that belong to one connection (RFC 9110 7.6.1), and the login, which ends at the front. */
const notForwarded = new Set([
  'authorization',
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The client's headers for the backend. Host stays the client's: the backend builds the absolute upload Location from it. */
export function forwardedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!notForwarded.has(name) && value !== undefined) kept[name] = String(value);
  }
  return { ...kept, 'x-forwarded-proto': 'https' };
}

/** The request as it is, streamed. */
export function forward(incoming: IncomingMessage, options: { path: string; signal: AbortSignal }): BackendRequest {
  const method = methodOf(incoming);
  const headers = forwardedHeaders(incoming.headers);
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return { method, path: options.path, headers, signal: options.signal, ...(hasBody ? { body: incoming } : {}) };
}

/** Streams an answer to the client. Rejects when either side breaks off. */
export async function sendAnswer(response: ServerResponse, answer: BackendAnswer): Promise<void> {
  const headers = Object.entries(answer.headers).filter(
    ([name, value]) => !notForwarded.has(name) && value !== undefined,
  );
  response.writeHead(answer.status, Object.fromEntries(headers));
  await pipeline(answer.body, response);
}

/** Reads a small body whole. */
export async function readAll(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBytes) throw new RangeError(`reading a body: it is larger than ${String(maxBytes)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Lets go of an answer that is not wanted, so that its connection can be used again. */
export async function discard(answer: BackendAnswer): Promise<void> {
  answer.body.resume();
  await finished(answer.body).catch(() => undefined);
}

function methodOf(incoming: IncomingMessage): BackendRequest['method'] {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  return methods.find((method) => method === incoming.method) ?? 'GET';
}
