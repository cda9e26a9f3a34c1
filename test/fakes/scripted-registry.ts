import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { connectRegistry } from '../../src/adapters/registry/connect-registry.ts';
import { joinLogins, type ClusterLogin } from '../../src/adapters/registry/logins.ts';
import { createRegistry } from '../../src/adapters/registry/registry.ts';
import { Redactor, type Secret } from '../../src/domain/core/secret.ts';
import type { Registry } from '../../src/domain/oci/registry.ts';

const redactor = new Redactor();

/** A request as it came. */
export interface AskedRequest {
  readonly method: string | undefined;
  readonly url: string;
  readonly authorization: string | undefined;
}

interface ClientOptions {
  readonly host: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly login?: Partial<ClusterLogin>;
  readonly verifyTls?: boolean;
  readonly silence?: number;
}

/** A server on plain HTTP that answers as a test wants, and our client to it, whose pauses take no time. */
export class ScriptedRegistry {
  readonly asked: AskedRequest[] = [];
  readonly pauses: number[] = [];
  handler: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end();
  host = '';
  readonly #server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    this.asked.push({ method, url, authorization: headers.authorization });
    this.handler(request, response);
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.host = `127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A client without a login, that reaches this server by its own name or by another one. */
  via(host: string, environment: Readonly<Record<string, string>>): Registry {
    return this.#connect({ host, environment });
  }

  /** A client; with a login its token is `token-1` unless told otherwise. */
  client(login?: Partial<ClusterLogin>, verifyTls = false): Registry {
    return this.#connect({ host: this.host, environment: {}, verifyTls, ...(login && { login }) });
  }

  /** A client that waits so many milliseconds for a byte. */
  impatient(silence: number): Registry {
    return this.#connect({ host: this.host, environment: {}, silence });
  }

  #connect({ host, environment, login, verifyTls = false, silence }: ClientOptions): Registry {
    const { pauses } = this;
    const token = (): Promise<Secret> => Promise.resolve(redactor.secret('token-1'));
    const cluster = login && { host, token, renew: () => Promise.resolve(), ...login };
    const pause = (milliseconds: number): Promise<void> => {
      pauses.push(milliseconds);
      return Promise.resolve();
    };
    const logins = joinLogins(new Map(), cluster);
    const signal = new AbortController().signal;
    const options = { host, verifyTls, caBundle: '', logins, environment, log: silent, signal, pause, silence };
    return createRegistry({ host, access: 'pull', connect: () => connectRegistry(options) });
  }
}

const silent = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};

/** Answers with headers, and with a body when one is given among them. */
export function answer(response: ServerResponse, status: number, parts: Readonly<Record<string, string>> = {}): void {
  const { body = '', ...headers } = parts;
  response.writeHead(status, headers).end(body);
}
