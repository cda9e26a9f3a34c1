import { once } from 'node:events';
import type { Agent as HttpAgent, ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { createSecureContext } from 'node:tls';

import { chooseProxy, readProxySettings } from '../../domain/http/proxy.ts';
import { guardedLookup } from './guarded-lookup.ts';
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
   * @param namedBy host of the server that chose the URL: a direct connection to another host is guarded
   * @throws TaskError `invalid-param` for a proxy of the environment that cannot be used
   */
  for(url: URL, isForeign?: boolean, namedBy?: string): HttpAgent;
  destroy(): void;
}

/** Opens pools whose connections use the proxies of the environment. A redirect to another host can need another one. */
export function createAgents(environment: Readonly<Record<string, string | undefined>>, pool: AgentOptions): Agents {
  const settings = readProxySettings(environment);
  const agents = new Map<string, HttpAgent>();
  return {
    for(url, isForeign = false, namedBy = url.hostname) {
      const proxy = chooseProxy(settings, url);
      const guard = proxy === undefined && namedBy !== url.hostname ? namedBy : '';
      const key = `${url.protocol} ${String(isForeign)} ${proxy ?? ''} ${guard}`;
      const own = isForeign ? { ...pool, cert: undefined, key: undefined } : pool;
      const guarded = guard === '' ? own : { ...own, lookup: guardedLookup(guard) };
      const agent = agents.get(key) ?? createAgent(url, proxy, withSharedContext(guarded));
      agents.set(key, agent);
      return agent;
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/**
 * Options whose connections share what OpenSSL makes of their certificates. Node makes it for each connection otherwise,
 * which takes 12 ms and 1 MiB with all authorities of a system, and names each connection by all of their text.
 */
function withSharedContext(pool: AgentOptions): AgentOptions {
  const { ca, cert, key, ...rest } = pool;
  if (ca === undefined) return pool;
  try {
    return { ...rest, secureContext: createSecureContext({ ca, cert, key }) };
  } catch {
    // Connections fail then, with an error that says what is wrong.
    return pool;
  }
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

/** A pool of connections through a SOCKS5 proxy, to servers that speak TLS when it is secure. */
function createSocksAgent(proxy: URL, pool: AgentOptions, secure: boolean): HttpAgent {
  const agent: HttpAgent = secure ? new HttpsAgent(pool) : new plainHttp.Agent(pool);
  const connect = agent.createConnection.bind(agent);
  async function open(options: ClientRequestArgs): Promise<Duplex> {
    const target = { host: options.host ?? '', port: Number(options.port) };
    const tunnel = { socket: await openSocksTunnel(proxy, target) };
    const secured = secure ? connect({ ...options, ...tunnel }) : undefined;
    if (secured) await once(secured, 'secureConnect');
    return secured ?? tunnel.socket;
  }
  agent.createConnection = (options, created): undefined => {
    open(options).then(
      (socket) => created?.(null, socket),
      // Node reads the socket only when there is no error, which its types cannot say.
      (error: unknown) => (created as ((failure: unknown) => void) | undefined)?.(error),
    );
  };
  return agent;
}
