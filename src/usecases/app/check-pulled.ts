import { messageOf } from '../../domain/core/errors.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { SyncFailure, type FailureKind } from '../../domain/oci/failure.ts';
import { formatImageName, type ImageLocation } from '../../domain/oci/image-location.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import type { Item } from '../../domain/reports/outcome.ts';

/** Something that was pushed to one address and is pulled from another one. */
export interface Pulled {
  readonly push: ImageLocation;
  readonly pull: ImageLocation;
  /** Of the manifest that was pushed. */
  readonly digest: string;
}

export interface PullPorts {
  /** A registry by the address that pulls use. */
  readonly pulled: (host: string) => Registry;
  readonly pause: Sleep;
  readonly log: Log;
}

/** A proxy can remember for a while that it did not have something. */
const pauses = [500, 1500, 3000];

/** What prevents an answer from here and means nothing for the nodes, which have other routes, logins and trust. */
const unanswered: ReadonlySet<FailureKind> = new Set([
  'unavailable',
  'tls-untrusted',
  'unauthorized',
  'denied',
  'realm-refused',
  'address-refused',
  'proxy-unusable',
]);

/**
 * Checks that what was pushed is there by the address that pulls use. An address that does not answer from here, such as
 * a port of the nodes, is reported and does not fail.
 * @returns an item for each address that does not answer
 * @throws SyncFailure `not-found` or `wrong-content` for an address that has not what was pushed
 */
export async function checkPulled(all: readonly Pulled[], ports: PullPorts): Promise<readonly Item<'appImages'>[]> {
  const others = all.filter(({ push, pull }) => push.host !== pull.host || push.path !== pull.path);
  const byHost = Map.groupBy(others, ({ pull }) => pull.host);
  const items: Item<'appImages'>[] = [];
  for (const [host, pulled] of byHost) {
    const unchecked = await checkHost(host, pulled, ports);
    if (unchecked !== undefined) items.push(unchecked);
  }
  return items;
}

async function checkHost(
  host: string,
  pulled: readonly Pulled[],
  ports: PullPorts,
): Promise<Item<'appImages'> | undefined> {
  try {
    for (const each of pulled) await checkOne(each, ports);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyncFailure) || !unanswered.has(error.kind)) throw error;
    const message = `${messageOf(error)}. Make sure that the nodes reach ${pulled.map(({ pull }) => formatImageName(pull)).join(', ')}`;
    ports.log.warn(`the address ${host} cannot be checked from here: ${message}`);
    return { id: `registry ${host}`, outcome: 'skipped', reason: 'pull-address-unchecked', message };
  }
}

async function checkOne({ push, pull, digest }: Pulled, { pulled, pause }: PullPorts): Promise<void> {
  const registry = pulled(pull.host);
  for (let tries = 0; ; tries += 1) {
    const found = await registry.head(pull.path, pull.tag ?? digest);
    if (found?.digest === digest) return;
    const wait = pauses[tries];
    if (wait !== undefined) {
      await pause(wait);
      continue;
    }
    const doing = `reading ${formatImageName(pull)}, which was pushed to ${formatImageName(push)} as ${digest}`;
    if (found === undefined) throw new SyncFailure('not-found', `${doing}: the address does not have it`);
    throw new SyncFailure('wrong-content', `${doing}: the address has ${found.digest}`);
  }
}
