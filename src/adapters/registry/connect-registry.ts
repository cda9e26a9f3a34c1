import type { AgentOptions } from 'node:https';
import { getCACertificates } from 'node:tls';

import { messageOf } from '../../domain/core/errors.ts';
import type { RetryPolicy } from '../../domain/http/retry.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { createAgents, type Agents, type ClientCertificate } from '../http/agents.ts';
import { retryUnlessStopped, type ConnectionOptions } from './connection.ts';
import type { Logins } from './logins.ts';
import { askChallenge, createRegistryLogin, type RegistryLoginOptions } from './registry-login.ts';

export interface RegistryOptions {
  /** As it stands in image references. */
  readonly host: string;
  /** Without verification plain HTTP is tried too, as skopeo does. */
  readonly verifyTls: boolean;
  /** PEM text of authorities to trust besides the system's; empty for none. */
  readonly caBundle: string;
  /** PEM text of a certificate to show, and of its key. */
  readonly clientCertificate?: ClientCertificate;
  readonly logins: Logins;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly pause: Sleep;
  /** Milliseconds without a byte after which a request counts as failed; 30 s without it. */
  readonly silence?: number | undefined;
  /** Milliseconds for which a registry that does not answer at all is asked; 15 s without it. */
  readonly patience?: number | undefined;
}

/** Connections to one registry: enough to hide a slow line, few enough for a small registry. */
const mostSockets = 20;
const usualPatience = 15_000;
const policy: Omit<RetryPolicy, 'budget'> = { mostTries: Infinity, backoff: { first: 250, longest: 4000 } };

/** Finds out how a registry speaks and how it wants to be logged in to. Throws SyncFailure. */
export function connectRegistry(options: RegistryOptions): Promise<ConnectionOptions> {
  const { patience = usualPatience } = options;
  return retryUnlessStopped(() => tryToConnect(options), { ...options, policy: { ...policy, budget: patience } });
}

async function tryToConnect(options: RegistryOptions): Promise<ConnectionOptions> {
  const address = options.host === 'docker.io' ? 'registry-1.docker.io' : options.host;
  const agents = createAgents(options.environment, poolOf(options));
  const secure = open(new URL(`https://${address}`), agents, options);
  if (options.verifyTls) return secure;
  // Asked at the same time, without a login, since TLS is still preferred and a round trip is dear.
  const plain = open(new URL(`http://${address}`), agents, options);
  plain.catch(() => undefined);
  try {
    return await secure;
  } catch (error) {
    if (error instanceof SyncFailure && speaksNoTls(error)) return plain;
    throw error;
  }
}

/** Whether no HTTP answer came over TLS. A registry that answered speaks it, even if it cannot serve at the moment. */
function speaksNoTls({ kind, cause }: SyncFailure): boolean {
  return cause !== undefined && (kind === 'unavailable' || kind === 'tls-untrusted');
}

async function open(origin: URL, agents: Agents, options: RegistryOptions): Promise<ConnectionOptions> {
  const { host, logins, signal, pause, log, silence } = options;
  assertProxyUsable(origin, agents);
  const loginOptions: RegistryLoginOptions = { host, origin, agents, logins, signal, redactor: log.redactor };
  const challenge = await askChallenge(loginOptions);
  const speaksRegistry = challenge.scheme !== 'none' || challenge.isForeign !== true;
  return {
    speaksRegistry,
    origin,
    agents,
    login: createRegistryLogin(challenge, loginOptions),
    signal,
    pause,
    log,
    silence,
  };
}

function assertProxyUsable(origin: URL, agents: Agents): void {
  try {
    agents.for(origin);
  } catch (error) {
    throw new SyncFailure('proxy-unusable', `connecting to ${origin.host}: ${messageOf(error)}`, { cause: error });
  }
}

function poolOf({ caBundle, verifyTls, clientCertificate }: RegistryOptions): AgentOptions {
  return {
    keepAlive: true,
    maxSockets: mostSockets,
    rejectUnauthorized: verifyTls,
    ...clientCertificate,
    ...(caBundle === '' ? {} : { ca: [...getCACertificates('default'), caBundle] }),
  };
}
