import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';

import { errnoOf } from '../files/errno.ts';
import { plainHttp } from './plain-http.ts';

/** One HTTP request. The body of its response is unpacked when its headers accept gzip. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** A function opens a stream of the bytes, once for each try. */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>) | undefined;
  /** A longer body of the response, packed or unpacked, is an error: no server can fill the memory. */
  readonly mostBytes: number;
  /** Whether the body of an answer 200 is given as a stream, in `pieces`, and not read before. */
  readonly isStreamed?: boolean | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; a repeated header is joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** In place of the body, where it was asked for so. It must be read or ended. */
  readonly pieces?: AsyncIterable<Buffer>;
}

/** A response whose body is read piece by piece, as it was sent; the connection is in use until that is done. */
export interface HttpStream extends Omit<HttpResponse, 'body' | 'pieces'> {
  /** @throws BrokenExchange, or the signal's reason when aborted */
  readonly body: AsyncIterable<Buffer>;
}

export interface HttpContext {
  readonly agent: Agent;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds without a byte after which a connection is closed. */
  readonly silence: number;
}

/** The response is incomplete or missing. `sent`: whether the server may have received the request. */
export class BrokenExchange extends Error {
  override readonly name = 'BrokenExchange';
  /** The code of Node or OpenSSL, or `tooLong`; empty when there is none. */
  readonly code: string;
  readonly sent: boolean;

  constructor(cause: unknown, sent: boolean) {
    const code = errnoOf(cause);
    // With several addresses Node throws an AggregateError whose own message is empty.
    super(withoutHint(cause instanceof Error ? cause.message : String(cause)) || code, { cause });
    this.code = code;
    this.sent = sent;
  }
}

/** Node names an option of its own program, which users of this one cannot give. */
function withoutHint(message: string): string {
  return message.replace(/; if the root CA is installed locally, try running Node\.js with --use-system-ca$/, '');
}

/** The code of a BrokenExchange whose body is longer than the request allows. */
export const tooLong = 'ERR_BODY_TOO_LONG';

/** The error of an answer above its limit. */
export class BodyTooLong extends Error {
  readonly code = tooLong;

  constructor(mostBytes: number) {
    super(`the answer is longer than ${String(mostBytes)} bytes`);
  }
}

/** How much is unpacked at a time: a page of a list is a handful of these. */
const chunkSize = 256 * 1024;

/**
 * Sends a request once and reads the whole response, whatever its status.
 * @throws BrokenExchange when the connection or the body breaks, the signal's reason when aborted
 */
export async function exchange(request: HttpRequest, context: HttpContext): Promise<HttpResponse> {
  const { status, headers, body } = await openExchange(request, context);
  if (request.isStreamed === true && status === 200) return { status, headers, body: Buffer.alloc(0), pieces: body };
  const length = request.method === 'HEAD' ? 0 : Number(headers['content-length']);
  const bytes = await readWhole(body, Math.min(length, request.mostBytes));
  const isPacked = request.headers['accept-encoding'] === 'gzip' && headers['content-encoding'] === 'gzip';
  if (!isPacked) return { status, headers, body: bytes };
  try {
    // At once: a stream would leave the garbage of hundreds of small buffers per page.
    return { status, headers, body: gunzipSync(bytes, { maxOutputLength: request.mostBytes, chunkSize }) };
  } catch (error) {
    const isTooLong = errnoOf(error) === 'ERR_BUFFER_TOO_LARGE';
    throw new BrokenExchange(isTooLong ? new BodyTooLong(request.mostBytes) : error, true);
  }
}

/**
 * The bytes of a body. Parts of megabytes that are joined at the end take the memory twice, so that of a body whose length
 * is known is taken once. Node cuts what is longer than its length.
 */
async function readWhole(body: AsyncIterable<Buffer>, length: number): Promise<Buffer> {
  if (!(length > 0)) return Buffer.concat(await Array.fromAsync(body));
  const whole = Buffer.allocUnsafeSlow(length);
  let size = 0;
  for await (const chunk of body) size += chunk.copy(whole, size);
  return whole.subarray(0, size);
}

/**
 * Sends a request once and opens the response, whatever its status. The body must be read or ended.
 * @throws BrokenExchange when no response comes, the signal's reason when aborted
 */
export async function openExchange(request: HttpRequest, context: HttpContext): Promise<HttpStream> {
  let connected = false;
  const broken = (error: unknown): unknown =>
    context.signal?.aborted === true ? context.signal.reason : new BrokenExchange(error, connected);
  try {
    const response = await send(request, context, () => {
      connected = true;
    });
    const body = readBody(response, request.mostBytes, broken);
    return { status: response.statusCode ?? 0, headers: flatten(response), body };
  } catch (error) {
    throw broken(error);
  }
}

function send(asked: HttpRequest, context: HttpContext, onConnected: () => void): Promise<IncomingMessage> {
  const { url, method, headers, body } = asked;
  const { agent, signal, silence } = context;
  const options: RequestOptions = {
    method,
    headers: { ...headers },
    agent,
    timeout: silence,
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? plainHttp.request(url, options) : requestHttps(url, options);
    const release = onAbort(signal, reject);
    request.on('response', resolve);
    request.on('error', reject);
    request.on('close', release);
    request.on('timeout', () => request.destroy(new Error(`no answer within ${String(silence / 1000)} s`)));
    // A request counts as sent from the moment a socket is ready for it: later the server may have acted on it.
    request.on('socket', (socket) => {
      if (!socket.connecting) onConnected();
      else socket.once(url.protocol === 'http:' ? 'connect' : 'secureConnect', onConnected);
    });
    if (typeof body === 'function') pipeline(Readable.from(body()), request).catch(reject);
    else if (url.protocol === 'https:' && body instanceof Uint8Array && body.length > pieceSize)
      pipeline(Readable.from(inPieces(body)), request).catch(reject);
    else request.end(body);
  });
}

/** Bytes that are written to an encrypted connection at a time. */
const pieceSize = 64 * 1024;

/** Node encrypts what it gets in one piece as a whole, which for a chunk of an image takes several times its memory. */
function* inPieces(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += pieceSize) yield bytes.subarray(start, start + pieceSize);
}

async function* readBody(
  response: IncomingMessage,
  mostBytes: number,
  broken: (error: unknown) => unknown,
): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) throw new BodyTooLong(mostBytes);
      yield chunk;
    }
    if (!response.complete) throw new Error('the answer was cut short');
  } catch (error) {
    throw broken(error);
  }
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name, [value].flat().join(', ')]));
}

/**
 * Calls a function when a signal is aborted, also where a request has no socket yet: Node reports the end of such a
 * request only when its connection, for example one through a proxy, is there or has failed.
 * @returns removes the call again
 */
function onAbort(signal: AbortSignal | undefined, run: (reason: unknown) => void): () => void {
  const call = (): void => run(signal?.reason);
  signal?.addEventListener('abort', call, { once: true });
  return () => signal?.removeEventListener('abort', call);
}

// Codes of OpenSSL and Node: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const untrusted: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * What a failed TLS handshake means: `untrusted` when the certificate of the server is refused, `failed` when the two
 * sides do not agree in another way, for example because the server does not use TLS; undefined for all other errors.
 * @param code of a BrokenExchange
 */
export function classifyTlsError(code: string): 'untrusted' | 'failed' | undefined {
  if (untrusted.has(code)) return 'untrusted';
  return /CERT|EPROTO|ERR_SSL/.test(code) ? 'failed' : undefined;
}
