import { once } from 'node:events';
import type { Agent as HttpAgent, ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';

import { plainHttp } from './plain-http.ts';
import { openSocksTunnel } from './socks-tunnel.ts';

type Created = (error: Error | null, socket: Duplex) => void;

/**
 * A pool of connections through a SOCKS5 proxy.
 * @param secure whether the servers behind it speak TLS
 */
export function createSocksAgent(proxy: URL, pool: AgentOptions, secure: boolean): HttpAgent {
  return secure ? new SocksTlsAgent(proxy, pool) : new SocksPlainAgent(proxy, pool);
}

class SocksPlainAgent extends plainHttp.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, pool: AgentOptions) {
    super(pool);
    this.#proxy = proxy;
  }

  override createConnection(options: ClientRequestArgs, created?: Created): undefined {
    handOver(openSocksTunnel(this.#proxy, targetOf(options)), created);
  }
}

class SocksTlsAgent extends HttpsAgent {
  readonly #proxy: URL;

  constructor(proxy: URL, pool: AgentOptions) {
    super(pool);
    this.#proxy = proxy;
  }

  override createConnection(options: ClientRequestArgs, created?: Created): undefined {
    handOver(this.#open(options), created);
  }

  async #open(options: ClientRequestArgs): Promise<Duplex> {
    const tunnel = { socket: await openSocksTunnel(this.#proxy, targetOf(options)) };
    const socket = super.createConnection({ ...options, ...tunnel });
    if (socket) await once(socket, 'secureConnect');
    return socket ?? tunnel.socket;
  }
}

function targetOf({ host, port }: ClientRequestArgs): { readonly host: string; readonly port: number } {
  return { host: host ?? '', port: Number(port) };
}

function handOver(opening: Promise<Duplex>, created: Created | undefined): void {
  opening.then(
    (socket) => created?.(null, socket),
    (error: unknown) => {
      // Node reads the socket only when there is no error, which its types cannot say.
      (created as ((failure: unknown) => void) | undefined)?.(error);
    },
  );
}
