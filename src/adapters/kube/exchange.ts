import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { gunzipSync } from 'node:zlib';

import { onAbort } from '../http/abort.ts';
import { plainHttp } from '../http/plain-http.ts';
import type { Headers } from './credentials.ts';

/** One HTTP exchange, without retries. */
export interface Question {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly agent: Agent;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** No whole answer came. `sent`: whether the server may have got the request. */
export class BrokenExchange extends Error {
  override readonly name = 'BrokenExchange';
  readonly code: string;
  readonly sent: boolean;

  constructor(cause: unknown, sent: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    this.sent = sent;
  }
}

/** A silent connection is a dead one: the API server ends a request of its own after a minute. */
const silence = 75_000;
/** A page of the largest objects stays far below; an endless body must not eat the memory. */
const largestBody = 512 * 1024 * 1024;
/** Of what is unpacked at a time: a page is a handful of these. */
const chunkSize = 256 * 1024;

/**
 * Sends a request and reads the whole answer.
 * @throws BrokenExchange when the connection or the body breaks, the signal's reason when aborted
 */
export async function exchange(question: Question): Promise<Answer> {
  let connected = false;
  try {
    const response = await send(question, () => {
      connected = true;
    });
    const text = await readBody(response);
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  } catch (error) {
    if (question.signal?.aborted === true) throw question.signal.reason;
    throw new BrokenExchange(error, connected);
  }
}

function send(question: Question, onConnected: () => void): Promise<IncomingMessage> {
  const { url, method, headers, body, agent, signal } = question;
  const options: RequestOptions = {
    method,
    headers,
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
    request.on('timeout', () => request.destroy(new Error(`nothing heard for ${String(silence / 1000)} s`)));
    // A request counts as sent from the moment a socket is ready for it: later the server may have acted on it.
    request.on('socket', (socket) => {
      if (!socket.connecting) onConnected();
      else socket.once(url.protocol === 'http:' ? 'connect' : 'secureConnect', onConnected);
    });
    request.end(body);
  });
}

/**
 * Unpacks the whole body at once: a stream in between would leave the garbage of hundreds of small buffers a page.
 */
async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const body: AsyncIterable<Buffer> = response;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largestBody) throw new Error(`the answer is longer than ${String(largestBody)} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('the answer was cut short');
  const bytes = Buffer.concat(chunks, size);
  const unpacked = isPacked(response) ? gunzipSync(bytes, { maxOutputLength: largestBody, chunkSize }) : bytes;
  return unpacked.toString('utf8');
}

function isPacked(response: IncomingMessage): boolean {
  return response.headers['content-encoding'] === 'gzip';
}
