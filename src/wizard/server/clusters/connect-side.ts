import { randomUUID } from 'node:crypto';
import type { LookupFunction } from 'node:net';

import { readPeerCertificate, type PeerCertificate } from '../../../adapters/certificates/peer-certificate.ts';
import {
  accessOfContext,
  connectCluster,
  connectWithSecret,
  type ConnectOptions,
} from '../../../adapters/kube/connect.ts';
import { authorityOf } from '../../../adapters/kube/credentials.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { jwtExpiry } from '../../../domain/kubeconfig/jwt-expiry.ts';
import { readClusterUid } from '../../../usecases/cluster/cluster-uid.ts';
import { readVersion } from '../../../usecases/cluster/server-version.ts';
import type { ConnectionAnswer, ConnectionRequest } from '../../api/clusters.ts';
import { Refusal } from '../problems/refusals.ts';
import { UntrustedServer } from '../problems/untrusted-server.ts';
import type { Session } from '../sessions/session.ts';
import type { ServerSettings } from '../settings.ts';
import { guardAddress } from './address-guard.ts';
import { readUser } from './read-user.ts';
import type { SideConnection } from './side-connection.ts';

export interface ConnectPorts {
  readonly settings: ServerSettings;
  readonly kubeconfig: Pick<ConnectOptions, 'kubeconfig' | 'environment'>;
  /** Ends what was begun. */
  readonly signal: AbortSignal;
}

interface Opened extends Omit<SideConnection, 'answer'> {
  readonly context: string;
  readonly certificate: PeerCertificate | undefined;
}

/**
 * Connects a cluster for one side of a move, and finds out who the login is there.
 * @throws Refusal; TaskError `tls-untrusted` with the certificate, `unauthorized`, `unreachable`
 */
export async function connectSide(
  request: ConnectionRequest,
  session: Session,
  ports: ConnectPorts,
): Promise<SideConnection> {
  const { context, certificate, ...opened } = await open(request, session, ports);
  const { cluster, login } = opened;
  try {
    const [user, version, clusterUid = '', token] = await Promise.all([
      readUser(cluster),
      readVersion(cluster),
      readClusterUid(cluster),
      cluster.token(),
    ]);
    const expiry = token === undefined ? undefined : jwtExpiry(token.reveal());
    const answer: ConnectionAnswer = {
      id: randomUUID(),
      side: request.side,
      server: login.url,
      context,
      user,
      version,
      clusterUid,
      tokenExpiresAt: expiry === undefined ? '' : new Date(expiry).toISOString(),
      certificate,
    };
    return { ...opened, answer };
  } catch (error) {
    if (!opened.isOwn) await cluster.close();
    throw error;
  }
}

function open(request: ConnectionRequest, session: Session, ports: ConnectPorts): Promise<Opened> {
  const { own, context, server, token } = request;
  if (own === true) {
    const { server: url, ca, context: name } = session.own;
    const opened = { cluster: session.cluster, login: { url, ca }, isOwn: true, context: name, certificate: undefined };
    return Promise.resolve(opened);
  }
  if (context !== undefined && ports.settings.mode === 'laptop') return openContext(context, session, ports);
  if (server !== undefined && token !== undefined) {
    return openAddress({ server, token, ca: request.ca }, session, ports);
  }
  throw new Refusal(400, 'request-refused', {
    message: 'the request names no cluster',
    remedy: 'Give an address with a token, or what the mode of the server allows.',
  });
}

async function openContext(context: string, { log }: Session, { kubeconfig, signal }: ConnectPorts): Promise<Opened> {
  const options = { ...kubeconfig, context, log, signal };
  const { selection } = await accessOfContext(options);
  const { server: url } = selection.cluster;
  const ca = (await authorityOf(selection)) ?? '';
  const cluster: Cluster = await connectCluster(options);
  return { cluster, login: { url, ca }, isOwn: false, context, certificate: undefined };
}

interface GivenAddress {
  readonly server: string;
  readonly token: string;
  readonly ca: string | undefined;
}

async function openAddress(given: GivenAddress, { log }: Session, ports: ConnectPorts): Promise<Opened> {
  const { settings, kubeconfig, signal } = ports;
  const token = log.redactor.secret(given.token.trim());
  const { url, lookup } = await guardAddress(given.server.trim(), settings);
  const ca = given.ca === undefined || given.ca.trim() === '' ? undefined : given.ca;
  const certificate = await trustedCertificate({ url, lookup, ca }, signal);
  // As a kubeconfig names it: the address is part of the digest of an inventory.
  const address = url.href.replace(/\/$/, '');
  const secret = {
    url: address,
    token,
    ca,
    insecureSkipTlsVerify: false,
    proxyUrl: undefined,
    tlsServerName: undefined,
  };
  const name = url.host;
  const cluster = await connectWithSecret(secret, { name, environment: kubeconfig.environment, log, signal, lookup });
  return { cluster, login: { url: address, ca: ca ?? '' }, isOwn: false, context: '', certificate };
}

/** Before a token is sent: the certificate that the server shows, if it is trusted. @throws UntrustedServer */
async function trustedCertificate(
  { url, lookup, ca }: { readonly url: URL; readonly lookup: LookupFunction; readonly ca: string | undefined },
  signal: AbortSignal,
): Promise<PeerCertificate> {
  const authorities = ca === undefined ? undefined : [ca];
  const certificate = await readPeerCertificate({ url, lookup, ca: authorities, signal });
  if (certificate.untrusted === '') return certificate;
  const message = `connecting to ${url.host}: its certificate is not trusted (${certificate.untrusted})`;
  throw new UntrustedServer(message, { cause: undefined, certificate });
}
