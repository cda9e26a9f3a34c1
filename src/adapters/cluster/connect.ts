import {
  parseClusterSecret,
  secretPath,
  secretPlaceOf,
  type ClusterSecret,
  type SecretPlace,
} from '../../domain/clusters/cluster-secret.ts';
import type { Impersonation } from '../../domain/clusters/impersonation.ts';
import type { Rate } from '../../domain/clusters/request-rate.ts';
import { selectContext, type ExecEntry, type Selection } from '../../domain/clusters/kubeconfig.ts';
import { TaskError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import type { Cluster, Log } from '../../usecases/ports.ts';
import { clientCertificateOf, credentialsOf, type TokenSource } from './credentials.ts';
import { emptyCluster, emptyUser, findInCluster, inClusterContext, serviceAccountFolder } from './in-cluster.ts';
import { loadDefaultKubeconfig, loadKubeconfig, type Environment, type LoadedKubeconfig } from './kubeconfig-files.ts';
import { openCluster } from './open-cluster.ts';
import { createAgent } from './tls.ts';

export interface ConnectOptions {
  /**
   * A kubeconfig file, or a folder that holds a file `kubeconfig`. Empty: the pod's own service account when there is
   * one, else what kubectl would read ($KUBECONFIG, ~/.kube/config).
   */
  readonly kubeconfig: string;
  /** Empty: the kubeconfig's current context. A named one is never replaced by another. */
  readonly context: string;
  readonly environment: Environment;
  readonly log: Log;
  /** A PEM file, or a folder of them, with authorities to trust besides the kubeconfig's or the system's. Empty: none. */
  readonly caBundle?: string;
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
  /** Where a pod's service account is mounted; the kubelet's place when absent. */
  readonly serviceAccountFolder?: string;
}

/** A connection together with the namespace that its context names, empty when it names none. */
export interface HomeCluster {
  readonly cluster: Cluster;
  readonly namespace: string;
}

/**
 * Opens an authenticated connection to the cluster of a context; nothing is sent yet.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`
 */
export async function connectCluster(options: ConnectOptions): Promise<Cluster> {
  return open(await choose(options), { ...options, reload: () => reloadToken(options) });
}

/**
 * The cluster where the program itself runs: its pod's, or the default kubeconfig's current context outside a pod.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`
 */
export async function connectHomeCluster(
  options: Omit<ConnectOptions, 'kubeconfig' | 'context'>,
): Promise<HomeCluster> {
  const home = { ...options, kubeconfig: '', context: '' };
  const selection = await choose(home);
  if (selection.user.exec !== undefined && secretPlaceOf(selection.user.exec) !== undefined) {
    throw new TaskError(
      'kubeconfig-unreadable',
      'finding the own cluster: its kubeconfig takes the token from that same cluster',
      {
        remedy: 'Run this in a pod, or set KUBECONFIG to a kubeconfig with credentials of its own.',
      },
    );
  }
  const cluster = await open(selection, { ...home, reload: () => reloadToken(home) });
  return { cluster, namespace: selection.context.namespace };
}

async function choose(options: ConnectOptions): Promise<Selection> {
  const { config, file } = await load(options);
  return selectContext(config, options.context, file);
}

/** A kubeconfig is a file too: who renews the token in it while a run goes on is not to start anew. */
async function reloadToken(options: ConnectOptions): Promise<Secret> {
  const { user } = await choose(options);
  return new Secret((user.token ?? '').trim());
}

async function load({ kubeconfig, environment, ...options }: ConnectOptions): Promise<LoadedKubeconfig> {
  if (kubeconfig !== '') return loadKubeconfig(kubeconfig);
  const own = await findInCluster(environment, options.serviceAccountFolder ?? serviceAccountFolder);
  if (own === undefined) return loadDefaultKubeconfig(environment);
  const config = {
    currentContext: inClusterContext,
    contexts: [own.context],
    clusters: [own.cluster],
    users: [own.user],
  };
  return { config, file: "of the pod's service account" };
}

async function open(
  selection: Selection,
  options: ConnectOptions & { readonly reload?: TokenSource },
): Promise<Cluster> {
  const { context, cluster, user } = selection;
  const url = serverUrl(selection);
  const credentials = credentialsOf(user, {
    environment: options.environment,
    resolveExec: (exec) => secretSource(exec, options),
    reload: options.reload,
    impersonate: options.impersonate,
  });
  const agent = await createAgent(selection, {
    certificate: await clientCertificateOf(user),
    caBundle: options.caBundle ?? '',
    insecureSkipTlsVerify: cluster.insecureSkipTlsVerify || options.insecureSkipTlsVerify === true,
    environment: options.environment,
  });
  const { log, signal, rate, requestTimeout } = options;
  const limits = { rate, requestTimeout };
  const where = { contextName: context.name, server: cluster.server, url, agent };
  return openCluster({ ...where, credentials, log, signal, limits });
}

export interface SecretConnection extends Omit<ConnectOptions, 'kubeconfig' | 'context'> {
  /** What the connection is called, as a context. */
  readonly name: string;
}

/** Opens a connection with the address, token and authority of a cluster Secret, without a kubeconfig. */
export function connectWithSecret({ url, token, ca }: ClusterSecret, options: SecretConnection): Promise<Cluster> {
  const { name } = options;
  const caData = ca === undefined ? undefined : Buffer.from(ca).toString('base64');
  const selection = {
    context: { name, cluster: name, user: name, namespace: '' },
    cluster: { ...emptyCluster, name, server: url, caData, folder: '' },
    user: { ...emptyUser, name, token: token.reveal(), folder: '' },
  };
  return open(selection, { ...options, kubeconfig: '', context: name });
}

/** Credentials would travel in clear text over plain HTTP: only to this computer itself. */
function serverUrl({ cluster }: Selection): URL {
  const url = URL.parse(cluster.server);
  const loopback = url !== null && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) return url;
  throw new TaskError(
    'kubeconfig-unreadable',
    `reading kubeconfig cluster ${JSON.stringify(cluster.name)}: server ${JSON.stringify(cluster.server)} is no https address`,
    { remedy: 'Give the address of the API server as https://host:port.' },
  );
}

/** Our own exec entry needs no program: the Secret is read here, with the rights of the pod. */
function secretSource(exec: ExecEntry, options: ConnectOptions): TokenSource | undefined {
  const place = secretPlaceOf(exec);
  if (place === undefined) return undefined;
  return async () => (await readClusterSecret(place, options)).token;
}

/**
 * Reads the credentials of another cluster from a Secret of the own cluster.
 * @throws ClusterStatusError, TaskError `invalid-param`
 */
export async function readClusterSecret(
  place: SecretPlace,
  options: Omit<ConnectOptions, 'kubeconfig' | 'context'>,
): Promise<ClusterSecret> {
  const { environment, log, signal, serviceAccountFolder: folder } = options;
  const { cluster } = await connectHomeCluster({
    environment,
    log,
    ...(signal === undefined ? {} : { signal }),
    ...(folder === undefined ? {} : { serviceAccountFolder: folder }),
  });
  try {
    const secret = await cluster.request({ path: secretPath(place) });
    return parseClusterSecret(secret, place, (base64) => Buffer.from(base64, 'base64').toString('utf8'));
  } finally {
    await cluster.close();
  }
}
