import { isRegistryHost } from '../../domain/oci/image-location.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Checks } from '../../domain/validate/api-surface.ts';

/** Addresses of one cluster's registry, as far as they are known. */
export interface RegistryInput {
  /** `source` or `destination`. */
  readonly side: string;
  readonly internal: string | undefined;
  readonly public: string | undefined;
  readonly verifyTls: boolean;
}

/** Throws what says why a registry does not answer. */
export type ReachRegistry = (host: string, verifyTls: boolean) => Promise<void>;

/** Whether registries are exposed and answer. @throws TaskError `invalid-param` for an invalid address */
export async function checkRegistries(inputs: readonly RegistryInput[], reach: ReachRegistry): Promise<Checks> {
  const given = inputs.filter((input) => input.internal !== undefined || input.public !== undefined);
  for (const { side, internal, public: outside } of given) assertHosts(side, [internal, outside]);
  const items = await Promise.all(given.map((input) => checkRegistry(input, reach)));
  return items.flat();
}

async function checkRegistry(input: RegistryInput, reach: ReachRegistry): Promise<Checks> {
  const { side, internal, public: host, verifyTls } = input;
  if (host === undefined) {
    const message = `the registry ${internal ?? ''} is not exposed: give it a public address (OpenShift: the default route)`;
    return [{ id: `registry of the ${side}`, outcome: 'failed', reason: 'not-exposed', message }];
  }
  const room: Checks[number] = {
    id: `free space of registry ${host}`,
    outcome: 'skipped',
    reason: 'unknown',
    message: 'a registry does not report its free space',
  };
  return [
    await checkAnswer(`registry of the ${side}`, host, () => reach(host, verifyTls)),
    ...(side === 'destination' ? [room] : []),
  ];
}

async function checkAnswer(id: string, host: string, reach: () => Promise<void>): Promise<Checks[number]> {
  try {
    await reach();
    return { id, outcome: 'done', reason: 'reachable', message: host };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { id, outcome: 'failed', reason: 'not-reachable', message: messageOf(error) };
  }
}

function assertHosts(side: string, hosts: readonly (string | undefined)[]): void {
  const wrong = hosts.filter((host) => host !== undefined && !isRegistryHost(host));
  if (wrong.length === 0) return;
  const values = wrong.map((host) => JSON.stringify(host)).join(', ');
  throw new TaskError('invalid-param', `reading the addresses of the ${side} registry: ${values}: expected a host`, {
    remedy: 'Give the address as host or host:port, without scheme and path.',
  });
}
