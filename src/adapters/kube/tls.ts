import type { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';

import type { Selection } from '../../domain/kubeconfig/kubeconfig.ts';
import { chooseProxy, readContextProxy, readProxySettings } from '../../domain/http/proxy.ts';
import { createAgent, type ClientCertificate } from '../http/agents.ts';
import { readCaBundle } from '../files/read-mounted.ts';
import { authorityOf } from './credentials.ts';
import type { Credentials } from './rotating-login.ts';
import type { Environment } from './kubeconfig-files.ts';

export interface TlsOptions {
  readonly certificate: ClientCertificate | undefined;
  readonly caBundle: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly environment: Environment;
  /** Where the name of the server leads; connections are then direct, without a proxy. */
  readonly lookup?: LookupFunction;
}

/** Sockets per API server: as many as the request window ever lets through. */
const mostSockets = 32;

/**
 * The pool of connections to one API server. Trusts the kubeconfig's authority, else the system's, and the bundle
 * besides; uses the kubeconfig's proxy, else the environment's.
 * @throws TaskError `kubeconfig-unreadable` or `invalid-param` for unusable proxies, `invalid-file` for a CA bundle without certificates
 */
export async function createClusterAgent(selection: Selection, options: TlsOptions): Promise<HttpAgent> {
  const { tlsServerName, server, proxyUrl } = selection.cluster;
  const url = new URL(server);
  // As in client-go: proxy-url comes before the environment, and NO_PROXY does not apply to it.
  const { lookup } = options;
  const proxy =
    proxyUrl === undefined
      ? lookup === undefined
        ? chooseProxy(readProxySettings(options.environment), url)
        : undefined
      : readContextProxy(proxyUrl, selection.context.name);
  const pinned = lookup === undefined ? {} : { lookup };
  const pool: AgentOptions = { keepAlive: true, maxSockets: mostSockets, keepAliveMsecs: 30_000, ...pinned };
  if (url.protocol === 'http:') return createAgent(url, proxy, pool);
  const ca = await trustedAuthorities(selection, options.caBundle);
  return createAgent(url, proxy, {
    ...pool,
    rejectUnauthorized: !options.insecureSkipTlsVerify,
    ...(ca === undefined ? {} : { ca }),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
    ...options.certificate,
  });
}

/**
 * Credentials whose certificate, if a plugin gives one, is that of the connections of a pool: those that are opened after
 * the headers of their request were read. Node keeps connections with another certificate apart.
 */
export function presentCertificate(credentials: Credentials, agent: HttpAgent): Credentials {
  return {
    ...credentials,
    headers: async () => {
      const headers = await credentials.headers();
      const certificate = await credentials.certificate?.();
      if (certificate !== undefined && agent instanceof HttpsAgent) {
        agent.options.cert = certificate.cert;
        agent.options.key = certificate.key;
      }
      return headers;
    },
  };
}

/** Authorities, PEM, to trust for the server of a context; undefined for the system's alone. */
export async function trustedAuthorities(
  selection: Selection,
  caBundle: string | undefined,
): Promise<string[] | undefined> {
  const own = await authorityOf(selection);
  if (caBundle === undefined) return own === undefined ? undefined : [own];
  const bundle = await readCaBundle(caBundle);
  return own === undefined ? [...getCACertificates('default'), bundle] : [own, bundle];
}
