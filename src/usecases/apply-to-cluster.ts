import { ClusterStatusError } from '../domain/clusters/status-error.ts';
import { TaskError } from '../domain/errors.ts';
import type { Item, Outcome } from '../domain/outcome.ts';
import { prepareObject } from '../domain/resources/apply-object.ts';
import { groupByWave } from '../domain/resources/apply-order.ts';
import { classifyRefusal } from '../domain/resources/apply-refusal.ts';
import { describeResource, keyOf, type Resource } from '../domain/resources/resource.ts';
import { isServiceAccount } from '../domain/resources/service-account.ts';
import { applyObject, objectPath, type ApplyOptions } from './apply/apply-object.ts';
import { checkNamespaces, waitUntilEstablished, type Sleep } from './apply/check-target.ts';
import { collectionPath, discoverKinds, kindKey, type ApiKind, type ApiKinds } from './apply/discover-kinds.ts';
import { listVersions, type Versions } from './apply/list-versions.ts';
import { waitForPullSecrets } from './apply/pull-secrets.ts';
import { assertClusterUid } from './cluster-uid.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { nameFailures } from './name-failures.ts';
import type { Cluster, Log } from './ports.ts';

export interface ApplyToClusterInput extends ApplyOptions {
  readonly resources: readonly Resource[];
  /** Items for what could not be read, so that they are reported together. */
  readonly unread: readonly Item[];
  /** Namespace for all namespaced resources; empty: each one's own. */
  readonly namespace: string;
  /** UID that the cluster's namespace kube-system must have; empty: not checked. */
  readonly clusterUid: string;
}

export interface ApplyToClusterPorts {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly sleep: Sleep;
}

export type ApplyToClusterResult =
  | 'applied-count'
  | 'created-count'
  | 'changed-count'
  | 'unchanged-count'
  | 'failed-count';

interface Planned {
  readonly resource: Resource;
  readonly group: string;
  readonly kind: string;
}

interface Ready {
  readonly resource: Resource;
  readonly api: ApiKind;
}

const objectsAtOnce = 8;

/**
 * Applies resources with server-side apply, wave by wave, several at a time, and gives a verdict for each: created,
 * changed, unchanged, or why not. A refusal of one does not stop the others; a cluster that does not answer does.
 * @throws TaskError `wrong-cluster`, `namespace-not-found`, or whatever broke before anything was applied
 */
export async function applyToCluster(
  input: ApplyToClusterInput,
  ports: ApplyToClusterPorts,
): Promise<Outcome<ApplyToClusterResult>> {
  const { cluster, sleep } = ports;
  await assertClusterUid(cluster, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  const { planned, duplicates } = plan(input);
  const run = new Run(input, ports);
  let kinds = await discoverKinds(
    cluster,
    planned.map(({ resource }) => resource.apiVersion),
  );
  await checkNamespaces(cluster, namespacesOf(planned, kinds), sleep);
  for (const wave of groupByWave(planned)) {
    await run.attempt(async () => {
      if (wave.every(({ resource }) => kinds.has(kindKey(resource)))) return;
      const found = await discoverKinds(
        cluster,
        wave.map(({ resource }) => resource.apiVersion),
      );
      kinds = new Map([...kinds, ...found]);
    });
    await run.applyWave(wave, kinds);
  }
  return toOutcome([...input.unread, ...duplicates, ...run.items], cluster);
}

function plan({ resources, namespace }: ApplyToClusterInput): {
  planned: readonly Planned[];
  duplicates: readonly Item[];
} {
  const planned = new Map<string, Planned>();
  const duplicates: Item[] = [];
  for (const resource of resources.map((each) => prepareObject(each, namespace))) {
    const { group, kind, namespace: place, name } = keyOf(resource);
    const key = JSON.stringify([group, kind, place, name]);
    if (planned.has(key))
      duplicates.push(failed(resource, 'duplicate', 'the same resource comes twice: only the first one is applied'));
    else planned.set(key, { resource, group, kind });
  }
  return { planned: [...planned.values()], duplicates };
}

/** Namespaces that must be there before; those that are part of the plan itself are not asked for. */
function namespacesOf(planned: readonly Planned[], kinds: ApiKinds): readonly string[] {
  const made = planned
    .filter(({ group, kind }) => group === '' && kind === 'Namespace')
    .map(({ resource }) => resource.metadata.name);
  const used = planned
    .filter(({ resource }) => kinds.get(kindKey(resource))?.namespaced === true)
    .map(({ resource }) => resource.metadata.namespace ?? '')
    .filter((namespace) => namespace !== '' && !made.includes(namespace));
  return [...new Set(used)];
}

class Run {
  readonly items: Item[] = [];
  readonly #input: ApplyToClusterInput;
  readonly #ports: ApplyToClusterPorts;
  /** Something was applied: from now on the run ends with a report of what was and what was not. */
  #isUseful = false;
  /** Set once the cluster stopped answering: nothing more is tried. */
  #broken: TaskError | undefined;

  constructor(input: ApplyToClusterInput, ports: ApplyToClusterPorts) {
    this.#input = input;
    this.#ports = ports;
  }

  /** Does something unless the run is broken. A cluster that stops answering breaks it, once something is applied. */
  async attempt(work: () => Promise<void>): Promise<void> {
    if (this.#broken !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.#break(error);
    }
  }

  async applyWave(wave: readonly Planned[], kinds: ApiKinds): Promise<void> {
    const { cluster, log } = this.#ports;
    const checked = wave.map(({ resource }) => this.#untried(resource) ?? checkObject(resource, kinds));
    const ready = checked.filter((each) => 'api' in each);
    this.items.push(...checked.filter((each) => 'id' in each));
    let before: ReadonlyMap<string, Versions> = new Map();
    await this.attempt(async () => {
      before = await listAll(cluster, ready);
    });
    const items = await mapConcurrently(ready, objectsAtOnce, (object) => this.#apply(object, before));
    for (const item of items) log.info(describeItem(item));
    this.items.push(...items);
    const made = ready.filter((_, index) => items[index]?.outcome === 'done');
    if (!this.#input.dryRun) await this.attempt(() => this.#waitForEffects(made));
  }

  /** Definitions must be in force and accounts complete before what uses them comes. */
  async #waitForEffects(made: readonly Ready[]): Promise<void> {
    const { cluster, log, sleep } = this.#ports;
    const definitions = made.filter(({ resource }) => resource.kind === 'CustomResourceDefinition');
    await waitUntilEstablished(cluster, definitions.map(objectPath), sleep);
    const accounts = made.filter(({ resource }) => isServiceAccount(resource));
    await waitForPullSecrets(cluster, accounts.map(objectPath), { log, sleep });
  }

  async #apply({ resource, api }: Ready, before: ReadonlyMap<string, Versions>): Promise<Item> {
    const untried = this.#untried(resource);
    if (untried !== undefined) return untried;
    const collection = collectionPath(api, resource.metadata.namespace ?? '');
    try {
      const object = { resource, api, before: before.get(collection) };
      const { verdict, resourceVersion } = await applyObject(this.#ports.cluster, object, this.#input);
      this.#isUseful = true;
      return { id: describeResource(resource), outcome: 'done', reason: verdict, evidence: { resourceVersion } };
    } catch (error) {
      if (error instanceof ClusterStatusError && error.status !== 401) {
        return failed(resource, classifyRefusal(error), error.message);
      }
      const { code, message } = this.#break(error);
      return failed(resource, code, message);
    }
  }

  #untried(resource: Resource): Item | undefined {
    if (this.#broken === undefined) return undefined;
    return failed(resource, this.#broken.code, `not tried: ${this.#broken.message}`);
  }

  #break(error: unknown): TaskError {
    if (!(error instanceof TaskError) || !this.#isUseful) throw error;
    this.#broken ??= error;
    return error;
  }
}

function describeItem({ id, outcome, reason, message = '' }: Item): string {
  return outcome === 'failed' ? `${reason} ${id}: ${message}` : `${reason} ${id}`;
}

// A name with these could leave the collection's path.
const unsafeName = /^\.{1,2}$|[/%]/;

function checkObject(resource: Resource, kinds: ApiKinds): Ready | Item {
  const api = kinds.get(kindKey(resource));
  if (api === undefined) {
    return failed(resource, 'missing-kind', `the cluster serves no ${resource.kind} of ${resource.apiVersion}`);
  }
  const { name, namespace = '' } = resource.metadata;
  if (unsafeName.test(name) || unsafeName.test(namespace))
    return failed(resource, 'invalid', 'this is not a name that Kubernetes allows');
  if (api.namespaced && namespace === '')
    return failed(resource, 'invalid', 'it has no namespace: give one with the param namespace');
  return { resource, api };
}

async function listAll(cluster: Cluster, ready: readonly Ready[]): Promise<ReadonlyMap<string, Versions>> {
  const collections = new Set(ready.map(({ resource, api }) => collectionPath(api, resource.metadata.namespace ?? '')));
  return new Map(
    await mapConcurrently(
      collections,
      objectsAtOnce,
      async (path): Promise<[string, Versions]> => [path, await listVersions(cluster, path)],
    ),
  );
}

function failed(resource: Resource, reason: string, message: string): Item {
  return { id: describeResource(resource), outcome: 'failed', reason, message };
}

function toOutcome(items: readonly Item[], cluster: Cluster): Outcome<ApplyToClusterResult> {
  const count = (reason: string): number => items.filter((item) => item.reason === reason).length;
  const done = items.filter((item) => item.outcome === 'done').length;
  const failed = items.filter((item) => item.outcome === 'failed').length;
  const [created, changed, unchanged] = [count('created'), count('changed'), count('unchanged')];
  const figures = `${String(created)} created, ${String(changed)} changed, ${String(unchanged)} unchanged`;
  return {
    items,
    results: {
      'applied-count': String(done),
      'created-count': String(created),
      'changed-count': String(changed),
      'unchanged-count': String(unchanged),
      'failed-count': String(failed),
    },
    summary: `${String(done)} resources applied to ${cluster.contextName}: ${figures}, ${nameFailures(items)}`,
    remedy: 'Mend what the report says of each failed resource, then run again: what is applied stays.',
  };
}
