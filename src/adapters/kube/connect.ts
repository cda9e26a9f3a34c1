import type { LookupFunction } from 'node:net';

import {
  parseClusterSecret,
  secretRef,
  secretPlaceOf,
  type ClusterSecret,
  type SecretPlace,
  unusableSecret,
} from '../../domain/kubeconfig/cluster-secret.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import { checkObject, expectedOf, unexpectedObject } from '../../domain/kube/expected-object.ts';
import type { Impersonation } from '../../domain/kubeconfig/impersonation.ts';
import type { Rate } from '../../domain/http/request-limits.ts';
import { assertSecretNames, fieldsWithoutEffect, isOwnApiServer } from '../../domain/kubeconfig/cluster-trust.ts';
import type { ClusterEntry, Selection, UserEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Secret } from '../../domain/core/secret.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log } from '../../domain/core/ports.ts';
import { chooseContext, type ChosenContext, type ContextOptions } from './choose-context.ts';
import type { ClientCertificate } from '../http/agents.ts';
import { assertUsableInPod, type TokenSource } from './credentials.ts';
import type { Credentials } from './rotating-login.ts';
import { emptyCluster, emptyUser, findInCluster, ownAuthority } from './in-cluster.ts';
import type { Connection } from './open-cluster.ts';
import type { OpenClusterStream } from './open-stream.ts';
import type { ClusterStreams } from './cluster-streams.ts';

export interface ConnectOptions extends ContextOptions {
  readonly log: Log;
  /** A PEM file, or a folder of them, with authorities to trust besides the kubeconfig's or the system's. */
  readonly caBundle?: string | undefined;
  /** Switches the check of the server's certificate off, whatever the kubeconfig says. */
  readonly insecureSkipTlsVerify?: boolean;
  /** Ends all requests when aborted. */
  readonly signal?: AbortSignal;
  /** In whose name requests are made; comes before what the kubeconfig says. */
  readonly impersonate?: Impersonation;
  /** How fast requests may follow each other; absent: as fast as the server takes them. */
  readonly rate?: Rate;
  /** Milliseconds that one request may take; absent: the client's own limits. */
  readonly requestTimeout?: number | undefined;
  /** Where the name of the server leads; connections are then direct, without a proxy. */
  readonly lookup?: LookupFunction;
}

/** A connection together with the namespace that its context names, empty when it names none. */
export interface LocalCluster {
  readonly cluster: Cluster;
  readonly namespace: string;
}

/**
 * Opens an authenticated connection to the cluster of a context; nothing is sent yet.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`
 */
export async function connectCluster(options: ConnectOptions): Promise<Cluster> {
  return openConnection(await connectContext(options));
}

/** Does something with the cluster of a context, and closes the connection. Throws what connectCluster throws. */
export async function withCluster<T>(options: ConnectOptions, use: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await connectCluster(options);
  return use(cluster).finally(() => cluster.close());
}

// Loaded here, because a run with an unknown context ends before it needs it.
async function openConnection(connection: Connection): Promise<Cluster> {
  const { openCluster } = await import('./open-cluster.ts');
  return openCluster(connection);
}

/**
 * Opens streams to pods of the cluster of a context; nothing is sent yet.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`
 */
export async function connectStreams(options: ConnectOptions): Promise<ClusterStreams> {
  const { openClusterStreams } = await import('./cluster-streams.ts');
  return openClusterStreams(await connectContext(options));
}

/** A context, or an address with a token. */
type StreamTarget =
  | (ConnectOptions & { readonly secret?: undefined })
  | (SecretConnection & { readonly secret: ClusterSecret });

/**
 * Opens watches and logs of a cluster; nothing is sent yet.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`
 */
export async function connectClusterStream(target: StreamTarget): Promise<OpenClusterStream> {
  const { openClusterStream } = await import('./open-stream.ts');
  return openClusterStream(
    await (target.secret === undefined ? connectContext(target) : connectionOfSecret(target.secret, target)),
  );
}

async function connectContext(options: ConnectOptions): Promise<Connection> {
  return open(await accessOfContext(options), options);
}

/**
 * How the cluster of a context is reached, for a program that connects itself; nothing is sent yet.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`, `kubeconfig-refused`
 */
export async function accessOfContext(options: ConnectOptions): Promise<Access> {
  const chosen = await chooseContext(options);
  const place = secretPlaceIn(chosen.selection.user);
  if (place !== undefined) return accessFromSecret(chosen, place, options);
  return accessOf(chosen.selection, { ...options, reload: () => reloadToken(options) });
}

/**
 * The cluster where the program itself runs: its pod's, or the default kubeconfig's current context outside a pod.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`
 */
export async function connectOwnCluster(
  options: Omit<ConnectOptions, 'kubeconfig' | 'context'>,
): Promise<LocalCluster> {
  const own = { ...options, kubeconfig: undefined, context: undefined };
  const { selection } = await chooseContext(own);
  if (secretPlaceIn(selection.user) !== undefined) {
    const message = 'finding the own cluster: its kubeconfig takes the token from that same cluster';
    const remedy = 'Run this in a pod, or set KUBECONFIG to a kubeconfig with credentials of its own.';
    throw new TaskError('kubeconfig-unreadable', message, { remedy });
  }
  const access = await accessOf(selection, { ...own, reload: () => reloadToken(own) });
  const cluster = await openConnection(await open(access, own));
  return { cluster, namespace: selection.context.namespace };
}

/** A kubeconfig is a file too: renewing the token in it during a run must not need a restart. */
async function reloadToken(options: ConnectOptions): Promise<Secret> {
  const { selection } = await chooseContext(options);
  return options.log.redactor.secret((selection.user.token ?? '').trim());
}

/** A context with the means to log in, from wherever they come. */
export interface Access {
  readonly selection: Selection;
  readonly url: URL;
  readonly credentials: Credentials;
  readonly certificate: ClientCertificate | undefined;
  readonly insecureSkipTlsVerify: boolean;
}

async function accessOf(
  selection: Selection,
  options: ConnectOptions & { readonly reload?: TokenSource; readonly secretToken?: TokenSource },
): Promise<Access> {
  const { cluster, user } = selection;
  const url = serverUrl(selection);
  // Loaded here, because a run with an unknown context ends before it needs them.
  const { clientCertificateOf, credentialsOf } = await import('./credentials.ts');
  const inPod = (await findInCluster(options.environment, options.serviceAccountFolder)) !== undefined;
  if (inPod && options.secretToken === undefined) assertUsableInPod(user);
  return {
    selection,
    url,
    credentials: credentialsOf(selection, { ...options, ownFilesOnly: inPod }),
    certificate: await clientCertificateOf(user, inPod),
    insecureSkipTlsVerify: cluster.insecureSkipTlsVerify || options.insecureSkipTlsVerify === true,
  };
}

async function open(access: Access, options: Omit<ConnectOptions, 'kubeconfig' | 'context'>): Promise<Connection> {
  const { selection, url, credentials, certificate, insecureSkipTlsVerify } = access;
  const { createClusterAgent, presentCertificate } = await import('./tls.ts');
  const agent = await createClusterAgent(selection, {
    certificate,
    caBundle: options.caBundle,
    insecureSkipTlsVerify,
    environment: options.environment,
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
  });
  const { log, signal, rate, requestTimeout } = options;
  const where = { contextName: selection.context.name, server: selection.cluster.server, url, agent };
  return {
    ...where,
    credentials: presentCertificate(credentials, agent),
    log,
    signal,
    limits: { rate, requestTimeout },
  };
}

export interface SecretConnection extends Omit<ConnectOptions, 'kubeconfig' | 'context'> {
  readonly name: string;
  /** Gives the token that is valid now, for one that is renewed; absent: the token of the Secret is. */
  readonly reload?: TokenSource;
}

export async function connectWithSecret(secret: ClusterSecret, options: SecretConnection): Promise<Cluster> {
  return openConnection(await connectionOfSecret(secret, options));
}

async function connectionOfSecret(secret: ClusterSecret, options: SecretConnection): Promise<Connection> {
  const { name } = options;
  const selection = {
    context: { name, cluster: name, user: name, namespace: '' },
    cluster: clusterOfSecret(name, secret),
    user: { ...emptyUser, name, token: secret.token.reveal(), folder: '' },
  };
  const own = { ...options, kubeconfig: undefined, context: name };
  return open(await accessOf(selection, own), own);
}

function clusterOfSecret(name: string, { url, ca, ...settings }: ClusterSecret): ClusterEntry {
  const { insecureSkipTlsVerify, proxyUrl, tlsServerName } = settings;
  const caData = ca === undefined ? undefined : Buffer.from(ca).toString('base64');
  return { ...emptyCluster, name, server: url, caData, insecureSkipTlsVerify, proxyUrl, tlsServerName, folder: '' };
}

/**
 * Connects a context whose token is in a Secret: to the server of the Secret, by what the Secret trusts. The kubeconfig
 * may be on a volume that others write to, so that it decides nothing about where the token is sent.
 */
async function accessFromSecret(
  { selection, isProven }: ChosenContext,
  place: SecretPlace,
  options: ConnectOptions,
): Promise<Access> {
  const { context, cluster, user } = selection;
  const read = async (): Promise<ClusterSecret> => {
    const secret = await readClusterSecret(place, options);
    assertSecretNames(cluster.server, secret, place);
    return secret;
  };
  const secret = await read();
  const trusted = clusterOfSecret(cluster.name, secret);
  const ignored = isProven ? [] : fieldsWithoutEffect(cluster, secret);
  if (ignored.length > 0) {
    options.log.warn(
      `context ${context.name}: ${ignored.join(', ')} of the kubeconfig has no effect; ` +
        `the keys of Secret ${place.namespace}/${place.name} count`,
    );
  }
  let first: Secret | undefined = secret.token;
  const secretToken = async (): Promise<Secret> => {
    const token = first ?? (await read()).token;
    first = undefined;
    return token;
  };
  // Proven to be what crane-kubeconfig-generator wrote, whose params switch the check off.
  const insecureSkipTlsVerify = trusted.insecureSkipTlsVerify || (isProven && cluster.insecureSkipTlsVerify);
  return accessOf({ context, cluster: { ...trusted, insecureSkipTlsVerify }, user }, { ...options, secretToken });
}

/** The Secret that the token of a user comes from; undefined when it comes from elsewhere. */
function secretPlaceIn({ token, tokenFile, exec }: UserEntry): SecretPlace | undefined {
  return token !== undefined || tokenFile !== undefined || exec === undefined ? undefined : secretPlaceOf(exec);
}

/** Credentials would travel in clear text over plain HTTP: only to this computer itself. */
function serverUrl({ cluster }: Selection): URL {
  const url = URL.parse(cluster.server);
  const loopback = url !== null && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) return url;
  const doing = `reading kubeconfig cluster ${JSON.stringify(cluster.name)}`;
  const message = `${doing}: expected an https address as server, got ${JSON.stringify(cluster.server)}`;
  throw new TaskError('kubeconfig-unreadable', message, {
    remedy: 'Give the address of the API server as https://host:port.',
  });
}

/**
 * Reads the credentials of another cluster from a Secret of the own cluster. One for the pod's own API server needs no
 * authority: it gets that of the pod.
 * @throws ClusterStatusError, TaskError `invalid-param`, `unexpected-object` for an answer with another object
 */
export async function readClusterSecret(
  place: SecretPlace,
  options: Omit<ConnectOptions, 'kubeconfig' | 'context'>,
): Promise<ClusterSecret> {
  const { environment, log, signal, serviceAccountFolder: folder } = options;
  const account = folder === undefined ? {} : { serviceAccountFolder: folder };
  const { cluster } = await connectOwnCluster({ environment, log, ...(signal && { signal }), ...account });
  try {
    const ref = secretRef(place);
    const path = objectPath(ref);
    const expected = { ...expectedOf(ref.kind, ref.namespace), name: ref.name };
    const answer = await cluster.request({ path }).catch(onRefusal([404], undefined));
    if (answer === undefined) throw unusableSecret(place, 'it does not exist');
    const { resource, unexpected } = checkObject(answer, expected, log.redactor);
    if (resource === undefined) throw unexpectedObject({ path, server: cluster.server }, unexpected);
    const { faultOfAuthority } = await import('./pem.ts');
    const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
    const secret = parseClusterSecret(resource, place, { decode, faultOfAuthority, redactor: log.redactor });
    if (secret.ca !== undefined || !isOwnApiServer(secret.url, environment['KUBERNETES_SERVICE_HOST'] ?? '')) {
      return secret;
    }
    return { ...secret, ca: await ownAuthority(environment, folder) };
  } finally {
    await cluster.close();
  }
}
