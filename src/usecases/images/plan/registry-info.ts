import { isForbidden, isNotFound, isRefusal, type ClusterStatusError } from '../../../domain/kube/status-error.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { isRegistryHost } from '../../../domain/oci/image-location.ts';
import {
  readSource,
  registrySources,
  type AddressName,
  type RegistryAddresses,
  type RegistrySource,
} from '../../../domain/images/plan/registry-sources.ts';
import type { Item, Outcome } from '../../../domain/reports/outcome.ts';
import type { Reason } from '../../../domain/reports/reasons.ts';
import { assertKubernetes } from '../../cluster/resolve-kinds.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Log } from '../../../domain/core/ports.ts';

export interface RegistryInfoInput {
  /** Whether an unknown address is an error. */
  readonly strict: boolean;
  /** Whether images are copied. If not, an unknown address is accepted, also when the cluster refuses to give it. */
  readonly isNeeded: boolean;
  /** Addresses given by the user; they win over what the cluster says. The cluster is asked for the others. */
  readonly given: RegistryAddresses;
}

export interface RegistryInfoPorts {
  /** Called only when an address is not given. */
  readonly connect: () => Promise<Cluster>;
  readonly log: Log;
}

interface Found {
  readonly host: string;
  /** Source that has it. */
  readonly from: Reason<'registryInfo'>;
}

interface Search {
  readonly found: Partial<Record<AddressName, Found>>;
  readonly refusals: ClusterStatusError[];
}

const names: readonly AddressName[] = ['internal', 'public'];
const fromUser = 'given';

/**
 * Finds the internal and the public address of a cluster's registry. A source that does not exist has no address; one
 * that refuses is an error unless another has the address.
 * @throws TaskError `invalid-param` for an invalid address; `registry-unknown` in strict mode when an address is
 *   unknown; `not-kubernetes` or `unexpected-object` for an answer with another object; whatever a source refused with when no other source
 *   has the address
 */
export async function findRegistryInfo(
  { strict, isNeeded, given }: RegistryInfoInput,
  ports: RegistryInfoPorts,
): Promise<Outcome<AddressName, 'registryInfo'>> {
  checkGiven(given);
  const search: Search = { found: {}, refusals: [] };
  for (const name of names) {
    const host = given[name];
    if (host !== undefined) search.found[name] = { host, from: fromUser };
  }
  if (missingOf(search).length > 0) await askCluster(search, ports);
  const missing = missingOf(search);
  const refusal = search.refusals[0];
  if (missing.length > 0 && isNeeded && refusal !== undefined) throw refusal;
  if (missing.length > 0 && isNeeded && strict) throw unknownError(missing);
  for (const name of missing)
    ports.log.warn(`the cluster has no ${name} registry address: the result ${name} is empty`);
  return {
    items: names.map((name) => itemOf(name, search.found[name])),
    results: { internal: search.found.internal?.host ?? '', public: search.found.public?.host ?? '' },
    summary: names.map((name) => `${name} ${search.found[name]?.host ?? 'unknown'}`).join(', '),
  };
}

function checkGiven(given: RegistryAddresses): void {
  const wrong = names.filter((name) => !isRegistryHost(given[name] ?? 'unknown'));
  if (wrong.length === 0) return;
  const values = wrong.map((name) => `--${name}=${JSON.stringify(given[name])}`).join(', ');
  throw new TaskError('invalid-param', `reading parameters: ${values}: expected a host with an optional port`, {
    remedy: 'Give the address as host or host:port, without scheme and path.',
  });
}

async function askCluster(search: Search, { connect, log }: RegistryInfoPorts): Promise<void> {
  const cluster = await connect();
  try {
    for (const source of registrySources) {
      const wanted = missingOf(search).filter((name) => source.provides.includes(name));
      if (wanted.length === 0) continue;
      const addresses = await ask(source, cluster, search);
      for (const name of wanted) {
        const host = addresses?.[name];
        log.debug(`${source.id}: ${name} ${host ?? 'unknown'}`);
        if (host !== undefined) search.found[name] = { host, from: source.id };
      }
    }
    if (missingOf(search).length > 0 && search.refusals.length === 0) await assertKubernetes(cluster);
  } finally {
    await cluster.close();
  }
}

// Being refused one object says nothing of the others. Any other error would meet each request, so it ends the search.
async function ask(source: RegistrySource, cluster: Cluster, search: Search): Promise<RegistryAddresses | undefined> {
  const { path, query } = source;
  try {
    const answer = await cluster.request({ path, ...(query === undefined ? {} : { query }) });
    return readSource(source, answer, { asked: { path, server: cluster.server }, redactor: cluster.redactor });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    // Another object than the requested one: is it the API server of a cluster at all?
    if (error instanceof TaskError && error.code === 'unexpected-object') await assertKubernetes(cluster);
    if (!isRefusal(error) || (error.status < 500 && !isForbidden(error))) throw error;
    search.refusals.push(error);
    return undefined;
  }
}

function missingOf({ found }: Search): readonly AddressName[] {
  return names.filter((name) => found[name] === undefined);
}

function unknownError(missing: readonly AddressName[]): TaskError {
  return new TaskError(
    'registry-unknown',
    `finding the cluster's registry: no ${missing.join(' and no ')} address known`,
    {
      remedy:
        'Expose the registry with its default route, or give the address with the parameter of that name; ' +
        'a cluster without OpenShift always needs it.',
    },
  );
}

function itemOf(name: AddressName, found: Found | undefined): Item<'registryInfo'> {
  const id = `${name} registry address`;
  if (found === undefined) return { id, outcome: 'skipped', reason: 'address-unknown', message: 'no source has it' };
  return { id, outcome: 'done', reason: found.from, message: found.host };
}
