import { nameFailures, type Item, type LongOutcome } from '../../domain/reports/outcome.ts';
import type { ApplyGroup } from '../../domain/reports/reasons.ts';
import type { ReadList } from '../../domain/core/ports.ts';
import { joinLists } from '../../domain/core/lists.ts';
import { makeTextTable } from '../../domain/core/text-table.ts';
import { prepareObject } from '../../domain/apply/apply-object.ts';
import { followsStream, waveOf } from '../../domain/apply/apply-order.ts';
import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { isStream, isStreamTag } from '../../domain/kube/stream-tag.ts';
import { inServedVersion, asWanted, versionsToAsk, type Wanted } from './serve-version.ts';
import { failed } from './ready-object.ts';
import { ApplyRun, type ApplyRunOptions, type ApplyRunPorts } from './apply-run.ts';
import { checkNamespaces } from './check-target.ts';
import { resolveKinds, kindKey, type ApiKinds } from '../cluster/resolve-kinds.ts';
import { missingStreams, readStreams, type Streams } from '../cluster/read-streams.ts';
import { assertClusterUid } from '../cluster/cluster-uid.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

export interface ApplyToClusterInput extends ApplyRunOptions {
  readonly resources: ReadList<Resource>;
  /** Items for what could not be read, so that they are reported together. */
  readonly unread: readonly Item<ApplyGroup>[];
  /** Namespace for all namespaced resources; empty: each one's own. */
  readonly namespace: string;
  /** UID that the cluster's namespace kube-system must have; empty: not checked. */
  readonly clusterUid: string | undefined;
}

export type ApplyToClusterResult =
  | 'applied-count'
  | 'created-count'
  | 'changed-count'
  | 'unchanged-count'
  | 'not-ready-count'
  | 'failed-count';

interface Wave {
  /** Indexes in the list of the resources. */
  readonly indexes: number[];
  /** Whether the cluster serves the kinds of all of them. */
  isServed: boolean;
  /** Whether ImageStreamTags are among them. */
  hasTags: boolean;
}

interface Plan {
  readonly waves: readonly Wave[];
  /** Namespaces that must be there before; those that are part of the plan itself are not among them. */
  readonly namespaces: readonly string[];
  /** ImageStreams, as reports name them. */
  readonly streams: ReadonlySet<string>;
  readonly duplicates: readonly Item<ApplyGroup>[];
}

/**
 * Applies resources with server-side apply, wave by wave, several at a time, and gives a verdict for each: created,
 * changed, unchanged, or why not. A refusal of one does not stop the others; a cluster that does not answer does. At the
 * end it waits, when asked to, until all is ready.
 * @throws TaskError `wrong-cluster`, `namespace-not-found`, or whatever broke before anything was applied
 */
export async function applyToCluster(
  input: ApplyToClusterInput,
  ports: ApplyRunPorts,
): Promise<LongOutcome<ApplyToClusterResult, ApplyGroup>> {
  const { cluster, sleep } = ports;
  await assertClusterUid(cluster, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  const run = new ApplyRun(input, ports);
  let kinds = await resolveKinds(cluster, versionsToAsk(input.resources));
  const planned = kinds;
  const { waves, namespaces, streams, duplicates } = plan(input, planned);
  await checkNamespaces(cluster, namespaces, sleep);
  for (const wave of waves) {
    const resources = () => readEach(wave.indexes, input.resources).map((each) => toWanted(each, input, planned));
    await run.attempt(async () => {
      if (wave.isServed || resources().every(({ resource }) => kinds.has(kindKey(resource)))) return;
      const versions = versionsToAsk(resources().map(({ resource }) => resource));
      kinds = new Map([...kinds, ...(await resolveKinds(cluster, versions))]);
    });
    const known = kinds;
    const wanted = { [Symbol.iterator]: () => resources().map((each) => inServedVersion(each, known)) };
    await applyWave(run, wanted, { kinds, cluster, planned: streams, hasTags: wave.hasTags });
  }
  await run.waitForAll();
  return toOutcome(joinLists(input.unread, duplicates, run.items), cluster);
}

interface WaveSettings extends Pick<Wave, 'hasTags'> {
  readonly kinds: ApiKinds;
  readonly cluster: Cluster;
  /** ImageStreams of the plan. */
  readonly planned: ReadonlySet<string>;
}

/** Tags are applied after the streams that they need. */
async function applyWave(
  run: ApplyRun,
  wave: Iterable<Wanted>,
  { kinds, cluster, planned, hasTags }: WaveSettings,
): Promise<void> {
  const tags = hasTags ? Array.from(wave, ({ resource }) => resource).filter(isStreamTag) : [];
  let streams: Streams;
  if (tags.length > 0)
    await run.attempt(async () => {
      streams = await readStreams(cluster, tags);
    });
  const missing = missingStreams(tags, streams).filter((stream) => !planned.has(describeResource(stream)));
  if (missing.length > 0) await run.applyWave(missing.map(asWanted), { kinds });
  await run.applyWave(wave, { kinds, streams });
}

function plan(input: ApplyToClusterInput, kinds: ApiKinds): Plan {
  const keys = makeTextTable();
  const waves = new Map<number, Wave>();
  const [made, used, streams] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const duplicates: Item<ApplyGroup>[] = [];
  let index = -1;
  for (const each of input.resources) {
    index += 1;
    const { resource } = toWanted(each, input, kinds);
    const { group, kind, namespace, name } = keyOf(resource);
    const key = JSON.stringify([group, kind, namespace, name]);
    if (keys.find(key) !== -1) {
      duplicates.push(failed(resource, 'duplicate', 'the same resource comes twice: only the first one is applied'));
      continue;
    }
    keys.add(key);
    const api = kinds.get(kindKey(resource));
    const number = waveOf({ group, kind, isFollowing: followsStream(resource) });
    const wave = waves.get(number) ?? { indexes: [], isServed: true, hasTags: false };
    waves.set(number, wave);
    wave.indexes.push(index);
    wave.isServed &&= api !== undefined;
    wave.hasTags ||= isStreamTag(resource);
    if (isStream(resource)) streams.add(describeResource(resource));
    if (group === '' && kind === 'Namespace') made.add(name);
    if (namespace !== '' && api?.namespaced === true) used.add(namespace);
  }
  const sorted = [...waves].sort(([a], [b]) => a - b).map(([, wave]) => wave);
  return { waves: sorted, namespaces: [...used.difference(made)], streams, duplicates };
}

/** A resource as it is sent, in a version that the cluster serves. */
function toWanted(resource: Resource, { namespace }: ApplyToClusterInput, kinds: ApiKinds): Wanted {
  return inServedVersion(asWanted(prepareObject(resource, namespace)), kinds);
}

function* readEach<T>(indexes: readonly number[], list: ReadList<T>): Generator<T, void, undefined> {
  for (const index of indexes) {
    const value = list.at(index);
    if (value !== undefined) yield value;
  }
}

function toOutcome(items: Iterable<Item<ApplyGroup>>, cluster: Cluster): LongOutcome<ApplyToClusterResult, ApplyGroup> {
  const counts = { applied: 0, created: 0, changed: 0, unchanged: 0, notReady: 0, failed: 0 };
  for (const { outcome, reason, evidence } of items) {
    if (outcome === 'failed') counts.failed += 1;
    if (reason === 'not-ready') counts.notReady += 1;
    if (outcome !== 'done' && reason !== 'not-ready') continue;
    counts.applied += 1;
    const operation = evidence?.['operation'];
    // Nothing is known of objects that the account could not see before.
    if (reason === 'applied') continue;
    if (operation === 'created' || operation === 'changed' || operation === 'unchanged') counts[operation] += 1;
  }
  const { applied, created, changed, unchanged } = counts;
  const figures = `${String(created)} created, ${String(changed)} changed, ${String(unchanged)} unchanged`;
  return {
    items,
    results: {
      'applied-count': String(applied),
      'created-count': String(created),
      'changed-count': String(changed),
      'unchanged-count': String(unchanged),
      'not-ready-count': String(counts.notReady),
      'failed-count': String(counts.failed),
    },
    summary: `${String(applied)} resources applied to ${cluster.contextName}: ${figures}, ${nameFailures(items)}`,
    remedy: 'Fix what the report says of each failed resource, then run again: applied resources are kept.',
  };
}
