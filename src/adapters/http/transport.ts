import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { gunzipSync } from 'node:zlib';

import { onAbort } from './abort.ts';
import { plainHttp } from './plain-http.ts';

/** One HTTP request. The body of its response is unpacked when its headers accept gzip. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array | undefined;
  /** A longer body of the response, packed or unpacked, is an error: no server can fill the memory. */
  readonly mostBytes: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; a repeated header is joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
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
    const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    // With several addresses Node throws an AggregateError whose own message is empty.
    super((cause instanceof Error ? cause.message : String(cause)) || code, { cause });
    this.code = code;
    this.sent = sent;
  }
}

/** The code of a BrokenExchange whose body is longer than the request allows. */
export const tooLong = 'ERR_BODY_TOO_LONG';

class BodyTooLong extends Error {
  readonly code = tooLong;
}

/** How much is unpacked at a time: a page of a list is a handful of these. */
const chunkSize = 256 * 1024;

/**
 * Sends a request once and reads the whole response, whatever its status.
 * @throws BrokenExchange when the connection or the body breaks, the signal's reason when aborted
 */
export async function exchange(request: HttpRequest, context: HttpContext): Promise<HttpResponse> {
  let connected = false;
  try {
    const response = await send(request, context, () => {
      connected = true;
    });
    const body = await readBody(response, request);
    return { status: response.statusCode ?? 0, headers: flatten(response), body };
  } catch (error) {
    if (context.signal?.aborted === true) throw context.signal.reason;
    throw new BrokenExchange(error, connected);
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
    ...(signal === undefined ? {} : { signal }),
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
    request.end(body);
  });
}

/** Unpacks the whole body at once: a stream would leave the garbage of hundreds of small buffers per page. */
async function readBody(response: IncomingMessage, { headers, mostBytes }: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream: AsyncIterable<Buffer> = response;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > mostBytes) throw new BodyTooLong(`the answer is longer than ${String(mostBytes)} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('the answer was cut short');
  const bytes = Buffer.concat(chunks, size);
  const isPacked = headers['accept-encoding'] === 'gzip' && response.headers['content-encoding'] === 'gzip';
  return isPacked ? gunzipSync(bytes, { maxOutputLength: mostBytes, chunkSize }) : bytes;
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value = '']): [string, string] => {
    return [name, typeof value === 'string' ? value : value.join(', ')];
  });
  return Object.fromEntries(entries);
}
