import { once } from 'node:events';
import type { Agent as HttpAgent, ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';

import { chooseProxy, readProxySettings } from '../../domain/http/proxy.ts';
import { plainHttp } from './plain-http.ts';
import { openSocksTunnel } from './socks-tunnel.ts';

/** PEM text of a certificate that a server asks its clients for, and of its key. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Pools of connections: one for each protocol and proxy. */
export interface Agents {
  /**
   * The pool for requests to a URL. A foreign server, which is another one than the credentials are for, gets no client
   * certificate.
   * @throws TaskError `invalid-param` for a proxy of the environment that cannot be used
   */
  for(url: URL, isForeign?: boolean): HttpAgent;
  destroy(): void;
}

/** Opens pools whose connections use the proxies of the environment. A redirect to another host can need another one. */
export function createAgents(environment: Readonly<Record<string, string | undefined>>, pool: AgentOptions): Agents {
  const settings = readProxySettings(environment);
  const agents = new Map<string, HttpAgent>();
  return {
    for(url, isForeign = false) {
      const proxy = chooseProxy(settings, url);
      const key = `${url.protocol} ${String(isForeign)} ${proxy ?? ''}`;
      const own = isForeign ? { ...pool, cert: undefined, key: undefined } : pool;
      const agent = agents.get(key) ?? createAgent(url, proxy, own);
      agents.set(key, agent);
      return agent;
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/**
 * Opens a pool for requests to a URL.
 * @param proxy `http://…`, `https://…` or `socks5://…`; undefined for direct connections
 */
export function createAgent(url: URL, proxy: string | undefined, pool: AgentOptions): HttpAgent {
  if (proxy?.startsWith('socks5') === true) return createSocksAgent(new URL(proxy), pool, url.protocol === 'https:');
  // Node reads NO_PROXY in another way than Go, and knows no ranges: it gets the decision, not the variables.
  const options = proxy === undefined ? pool : { ...pool, proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
  return url.protocol === 'http:' ? new plainHttp.Agent(options) : new HttpsAgent(options);
}

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
