import { joinLogins, readLogins, type ClusterLogin } from '../../adapters/registry/logins.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { assertClusterUid } from '../../usecases/cluster/cluster-uid.ts';
import type { SyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { readCaBundle } from '../../adapters/files/read-mounted.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { openRegistry } from './open-registry.ts';
import { loginReading } from './login-reading.ts';

export interface ClusterLoginOptions {
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
  /** Digests that the context may have, separated by commas; empty for any. */
  readonly kubeconfigDigest: string;
  /** Path of a PEM file. */
  readonly caBundle: string | undefined;
  readonly host: string;
  /** Identity that the cluster must have, when it is known. */
  readonly plannedUid: string | undefined;
}

/** A login with the token of a kubeconfig context, and how to close what it opened. */
export interface OpenClusterLogin extends ClusterLogin {
  readonly close: () => Promise<void>;
}

/** Many requests are refused together when a token expires; reading it once is enough for them. */
const renewalPause = 500;

/**
 * Logs in to a registry with the token of a kubeconfig context. A refused token is read again with the whole
 * kubeconfig, since that is where a new one may have been put.
 * @throws TaskError `wrong-cluster`, or what connectCluster throws
 */
export async function openClusterLogin(options: ClusterLoginOptions, context: TaskContext): Promise<OpenClusterLogin> {
  let cluster = await connect(options, context);
  let renewal = { startedAt: Date.now(), done: Promise.resolve() };
  const opened = [cluster];
  async function reconnect(): Promise<void> {
    cluster = await connect(options, context);
    opened.push(cluster);
  }
  // An account made for a registry alone often sees no namespaces.
  await assertClusterUid(cluster, { expected: options.plannedUid, ifUnreadable: 'accept' });
  return {
    host: options.host,
    async token() {
      const token = await cluster.token();
      if (token !== undefined) return token;
      const why = `context ${cluster.contextName} has no token, but a client certificate`;
      const remedy = 'Use a context with a token, or bind the workspace registry-auth with a login for this registry.';
      throw new TaskError('unauthorized', `logging in to ${options.host}: ${why}`, { remedy });
    },
    renew() {
      if (Date.now() - renewal.startedAt >= renewalPause) renewal = { startedAt: Date.now(), done: reconnect() };
      return renewal.done;
    },
    async close() {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}

// Loaded when it is needed: a run without contexts has no use for it.
async function connect(options: ClusterLoginOptions, { log, environment, signal }: TaskContext): Promise<Cluster> {
  const { connectCluster } = await import('../../adapters/kube/connect.ts');
  const { kubeconfig, context, kubeconfigDigest, caBundle } = options;
  return connectCluster({ kubeconfig, context, kubeconfigDigest, environment, log, signal, caBundle });
}

export interface DestinationRegistryOptions extends Omit<ClusterLoginOptions, 'host' | 'plannedUid'> {
  readonly registryAuth: string | undefined;
  readonly verifyTls: boolean;
}

/** The destination registry of a plan, to be read, and how to close what it opened. */
export interface OpenRegistry {
  readonly registry: Registry;
  readonly close: () => Promise<void>;
}

/**
 * Opens the destination's registry for reading: with a login of its own where one is given, else with the token of the
 * cluster.
 * @throws TaskError for logins, certificates and contexts that cannot be read
 */
export async function openDestinationRegistry(
  { destination }: SyncPlan,
  options: DestinationRegistryOptions,
  context: TaskContext,
): Promise<OpenRegistry> {
  const { registry: host, clusterUid: plannedUid } = destination;
  const caBundle = await readCaBundle(options.caBundle);
  const docker = await readLogins(options.registryAuth, loginReading(context));
  const login = await openClusterLogin({ ...options, host, plannedUid }, context);
  const logins = joinLogins(docker, login);
  const registry = openRegistry({ host, access: 'pull', verifyTls: options.verifyTls, caBundle, logins }, context);
  return { registry, close: () => login.close() };
}
