import { readCaBundle } from '../../adapters/files/read-mounted.ts';
import { joinLogins, readLogins } from '../../adapters/registry/logins.ts';
import { remember } from '../../domain/core/remember.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import { openClusterLogin } from './cluster-login.ts';
import { openRegistry } from './open-registry.ts';
import { loginReading } from './login-reading.ts';

export interface ReadRegistriesOptions {
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly kubeconfigDigest: string;
  /** Paths of workspaces. */
  readonly registryAuth: string | undefined;
  readonly caBundle: string | undefined;
  readonly verifyTls: boolean;
  /** Registry that the token of the context logs in to. */
  readonly tokenRegistry: string | undefined;
  /** Addresses to read images of hosts from. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** The registries that the images of a cluster come from, and how to close what was opened. */
export interface ReadRegistries {
  readonly registry: (host: string) => Registry;
  readonly close: () => Promise<void>;
}

/**
 * Opens registries for reading, each with its first use.
 * @throws TaskError for logins and certificates that cannot be read
 */
export async function openReadRegistries(
  options: ReadRegistriesOptions,
  context: TaskContext,
): Promise<ReadRegistries> {
  const { registryAuth, verifyTls, tokenRegistry: tokenHost } = options;
  const caBundle = await readCaBundle(options.caBundle);
  const docker = await readLogins(registryAuth, loginReading(context));
  const login =
    tokenHost === undefined
      ? undefined
      : await openClusterLogin({ ...options, host: tokenHost, plannedUid: undefined }, context);
  const logins = joinLogins(docker, login);
  const open = (host: string): Registry => openRegistry({ host, access: 'pull', verifyTls, caBundle, logins }, context);
  const opened = remember(open, String);
  const registry = (name: string): Registry => opened.get(options.addresses.get(name) ?? name);
  return { registry, close: async (): Promise<void> => login?.close() };
}
