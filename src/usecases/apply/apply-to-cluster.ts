import { nameFailures, type Item, type Outcome } from '../../domain/reports/outcome.ts';
import type { ApplyGroup } from '../../domain/reports/reasons.ts';
import { prepareObject } from '../../domain/apply/apply-object.ts';
import { followsStream, groupByWave } from '../../domain/apply/apply-order.ts';
import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { isStreamTag } from '../../domain/kube/stream-tag.ts';
import { inServedVersion, asWanted, versionsToAsk, type Wanted } from './serve-version.ts';
import { ApplyRun, failed, type ApplyRunOptions, type ApplyRunPorts } from './apply-run.ts';
import { checkNamespaces } from './check-target.ts';
import { resolveKinds, kindKey, type ApiKinds } from '../cluster/resolve-kinds.ts';
import { missingStreams, readStreams, type Streams } from '../cluster/read-streams.ts';
import { assertClusterUid } from '../cluster/cluster-uid.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

export interface ApplyToClusterInput extends ApplyRunOptions {
  readonly resources: readonly Resource[];
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

interface Planned extends Wanted {
  readonly group: string;
  readonly kind: string;
  readonly isFollowing: boolean;
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
): Promise<Outcome<ApplyToClusterResult, ApplyGroup>> {
  const { cluster, sleep } = ports;
  await assertClusterUid(cluster, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  const run = new ApplyRun(input, ports);
  const resolve = (resources: readonly Resource[]): Promise<ApiKinds> =>
    resolveKinds(cluster, versionsToAsk(resources));
  let kinds = await resolve(input.resources);
  const { planned, duplicates } = plan(input, kinds);
  await checkNamespaces(cluster, namespacesOf(planned, kinds), sleep);
  const described = new Set(planned.map(({ resource }) => describeResource(resource)));
  for (const wave of groupByWave(planned)) {
    await run.attempt(async () => {
      if (wave.every(({ resource }) => kinds.has(kindKey(resource)))) return;
      kinds = new Map([...kinds, ...(await resolve(wave.map(({ resource }) => resource)))]);
    });
    const wanted = wave.map((each) => inServedVersion(each, kinds));
    await applyWave(run, wanted, { kinds, cluster, planned: described });
  }
  await run.waitForAll();
  return toOutcome([...input.unread, ...duplicates, ...run.items], cluster);
}

/** Tags are applied after the streams that they need. */
async function applyWave(
  run: ApplyRun,
  wave: readonly Wanted[],
  { kinds, cluster, planned }: { kinds: ApiKinds; cluster: Cluster; planned: ReadonlySet<string> },
): Promise<void> {
  const tags = wave.map(({ resource }) => resource).filter(isStreamTag);
  let streams: Streams;
  if (tags.length > 0)
    await run.attempt(async () => {
      streams = await readStreams(cluster, tags);
    });
  const missing = missingStreams(tags, streams).filter((stream) => !planned.has(describeResource(stream)));
  if (missing.length > 0) await run.applyWave(missing.map(asWanted), { kinds });
  await run.applyWave(wave, { kinds, streams });
}

function plan(
  { resources, namespace }: ApplyToClusterInput,
  kinds: ApiKinds,
): {
  planned: readonly Planned[];
  duplicates: readonly Item<ApplyGroup>[];
} {
  const planned = new Map<string, Planned>();
  const duplicates: Item<ApplyGroup>[] = [];
  for (const each of resources) {
    const { resource, convertedFrom } = inServedVersion(asWanted(prepareObject(each, namespace)), kinds);
    const { group, kind, namespace: place, name } = keyOf(resource);
    const key = JSON.stringify([group, kind, place, name]);
    if (planned.has(key))
      duplicates.push(failed(resource, 'duplicate', 'the same resource comes twice: only the first one is applied'));
    else planned.set(key, { resource, convertedFrom, group, kind, isFollowing: followsStream(resource) });
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

function toOutcome(items: readonly Item<ApplyGroup>[], cluster: Cluster): Outcome<ApplyToClusterResult, ApplyGroup> {
  const applied = items.filter(({ outcome, reason }) => outcome === 'done' || reason === 'not-ready');
  // Nothing is known of objects that the account could not see before.
  const seen = applied.filter(({ reason }) => reason !== 'applied');
  const count = (operation: string): number => seen.filter((item) => item.evidence?.['operation'] === operation).length;
  const refused = items.filter((item) => item.outcome === 'failed').length;
  const notReady = items.filter((item) => item.reason === 'not-ready').length;
  const [created, changed, unchanged] = [count('created'), count('changed'), count('unchanged')];
  const figures = `${String(created)} created, ${String(changed)} changed, ${String(unchanged)} unchanged`;
  return {
    items,
    results: {
      'applied-count': String(applied.length),
      'created-count': String(created),
      'changed-count': String(changed),
      'unchanged-count': String(unchanged),
      'not-ready-count': String(notReady),
      'failed-count': String(refused),
    },
    summary: `${String(applied.length)} resources applied to ${cluster.contextName}: ${figures}, ${nameFailures(items)}`,
    remedy: 'Fix what the report says of each failed resource, then run again: applied resources are kept.',
  };
}
