import { readFileSync } from 'node:fs';
import {
  createServer as createPlainServer,
  request as requestPlain,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Transform } from 'node:stream';

import type { KeyPair } from '../../testbed/clusters/certificates.ts';

/** A request on its way to the registry. */
export interface PassingRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What happens to a request instead of passing through unharmed. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The answer breaks off after so many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The connection breaks after the registry got so many bytes of the request's body. */
  | { readonly kind: 'cut-upload'; readonly afterBytes: number }
  /** One bit of the answer's body changes. */
  | { readonly kind: 'flip' }
  /** Nothing comes back, ever. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Is sent to another path, or its answer has other headers. */
  | {
      readonly kind: 'change';
      /** With its query. */
      readonly path?: string;
      readonly headers?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
    };

export interface FaultProxyOptions {
  /** `127.0.0.1:<port>` of a registry that speaks plain HTTP. */
  readonly target: string;
  readonly tls?: KeyPair;
  /** Undefined lets the request pass. */
  readonly decide?: (request: PassingRequest) => Fault | undefined;
}

export interface FaultProxy {
  /** `127.0.0.1:<port>`, as it stands in image references. */
  readonly host: string;
  readonly requests: readonly PassingRequest[];
  stop(): Promise<void>;
}

/** Starts an HTTP proxy on loopback that stands before a registry and breaks what it is told to break. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const requests: PassingRequest[] = [];
  function serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const passing = { method, path, headers, at: Date.now() };
    requests.push(passing);
    handle({ incoming, outgoing, fault: options.decide?.(passing), options });
  }
  const { tls } = options;
  const server =
    tls === undefined
      ? createPlainServer(serve)
      : createTlsServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, serve);
  const port = await listen(server);
  return {
    host: `127.0.0.1:${String(port)}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

interface Handling {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly fault: Fault | undefined;
  readonly options: FaultProxyOptions;
}

function handle(handling: Handling): void {
  const { incoming, outgoing, fault } = handling;
  if (fault?.kind === 'answer') {
    incoming.resume();
    outgoing.writeHead(fault.status, fault.headers ?? {});
    outgoing.end(fault.body ?? '');
  } else if (fault?.kind === 'stall') {
    incoming.resume();
  } else if (fault?.kind === 'delay') {
    setTimeout(() => {
      forward(handling);
    }, fault.milliseconds);
  } else {
    forward(handling);
  }
}

function forward(handling: Handling): void {
  const { incoming, outgoing, fault, options } = handling;
  const [hostname, port] = options.target.split(':');
  // docker-registry builds the addresses of uploads from these two.
  const headers = { ...incoming.headers, 'x-forwarded-proto': options.tls === undefined ? 'http' : 'https' };
  const change = fault?.kind === 'change' ? fault : undefined;
  const path = change?.path ?? incoming.url;
  const sent = requestPlain({ hostname, port, method: incoming.method, path, headers, agent: false });
  sent.on('response', (answer) => {
    const answered = change?.headers?.(answer.headers) ?? answer.headers;
    const kept = Object.entries(answered).filter(([, value]) => value !== undefined);
    outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
    const damage = damageOf(fault, outgoing);
    if (damage === undefined) answer.pipe(outgoing);
    else answer.pipe(damage).pipe(outgoing);
  });
  sent.on('error', () => {
    outgoing.destroy();
  });
  incoming.on('error', () => {
    sent.destroy();
  });
  if (fault?.kind === 'cut-upload') cutUpload(handling, sent, fault.afterBytes);
  else incoming.pipe(sent);
}

function cutUpload({ incoming }: Handling, sent: ClientRequest, afterBytes: number): void {
  let left = afterBytes;
  incoming.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    sent.write(part, () => {
      if (left > 0) return;
      incoming.socket.destroy();
      sent.destroy();
    });
  });
}

function damageOf(fault: Fault | undefined, outgoing: ServerResponse): Transform | undefined {
  if (fault?.kind === 'flip') return flipFirstByte();
  return fault?.kind === 'cut' ? cutAfter(fault.afterBytes, outgoing) : undefined;
}

function flipFirstByte(): Transform {
  let flipped = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const copy = Buffer.from(chunk);
      if (!flipped && copy.length > 0) copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
      flipped = true;
      done(null, copy);
    },
  });
}

function cutAfter(bytes: number, outgoing: ServerResponse): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left <= 0) return;
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (left > 0) {
        done(null, part);
        return;
      }
      outgoing.write(part, () => outgoing.destroy());
    },
  });
}

async function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}
