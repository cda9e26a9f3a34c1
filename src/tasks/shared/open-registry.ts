import { sleepUntil } from '../../adapters/clock/sleep.ts';
import type { ClientCertificate } from '../../adapters/http/agents.ts';
import { connectRegistry } from '../../adapters/registry/connect-registry.ts';
import type { Logins } from '../../adapters/registry/logins.ts';
import { createRegistry, type Access, type ConnectedRegistry } from '../../adapters/registry/registry.ts';
import type { TaskContext } from '../../runtime/define-task.ts';

export interface RegistryToOpen {
  readonly host: string;
  readonly access: Access;
  readonly verifyTls: boolean;
  readonly logins: Logins;
  /** PEM; empty for none. */
  readonly caBundle: string;
  readonly clientCertificate?: ClientCertificate;
  /** See RegistryOptions. */
  readonly patience?: number | undefined;
}

/** For an address that the nodes pull from: it may answer only to them, and a run continues without an answer. */
export const pullPatience = 2000;

/** A registry with the settings of a run. It connects with the first request. */
export function openRegistry(
  { access, ...options }: RegistryToOpen,
  { log, environment, signal }: TaskContext,
): ConnectedRegistry {
  const { host } = options;
  const pause = sleepUntil(signal, `reaching ${host}`);
  return createRegistry({
    host,
    access,
    connect: () => connectRegistry({ ...options, environment, log, signal, pause }),
  });
}
