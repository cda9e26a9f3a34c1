import type { SyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { connectRegistry } from '../../adapters/registry/connect-registry.ts';
import { joinLogins } from '../../adapters/registry/logins.ts';
import { readCaBundle } from '../../adapters/http/trust.ts';
import { readLogins } from '../../adapters/registry/read-files.ts';
import { createRegistry } from '../../adapters/registry/registry.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { openClusterLogin, type ClusterLoginOptions } from './cluster-login.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';

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
  const { log, signal, environment } = context;
  const { registry: host, clusterUid: plannedUid } = destination;
  const caBundle = await readCaBundle(options.caBundle);
  const docker = await readLogins(options.registryAuth, log.redactor);
  const login = await openClusterLogin({ ...options, host, plannedUid }, context);
  const logins = joinLogins(docker, login);
  const pause = sleepUntil(signal, 'reaching a registry');
  const connection = { host, verifyTls: options.verifyTls, caBundle, logins, environment, log, signal, pause };
  const registry = createRegistry({ host, access: 'pull', connect: () => connectRegistry(connection) });
  return { registry, close: () => login.close() };
}
