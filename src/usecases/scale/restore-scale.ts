import type { PreviousScale } from '../../domain/schemas/documents.ts';
import { nameFailures, type Item, type Outcome } from '../../domain/reports/outcome.ts';
import type { Reason } from '../../domain/reports/reasons.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { decideRestore, isScaledByOwner } from '../../domain/scale/quiesce.ts';
import { parseRecord, recordFolder, describePreviousScale } from '../../domain/scale/previous-scale.ts';
import { waitUntilReady } from '../cluster/wait-until-ready.ts';
import { dryRunQuery, mergePatch } from '../cluster/write-object.ts';
import { assertClusterUid } from '../cluster/cluster-uid.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Folder } from '../../domain/core/ports.ts';
import { failedItem, listScalable, scalableRef, type Quiesced, type QuiescePorts } from './scalable-objects.ts';
import type { ScaleDownInput } from './scale-down.ts';

export type RestoreScaleResult = 'restored-count' | 'unchanged-count' | 'failed-count';

interface Restored extends Quiesced {
  readonly item: Item<'scale'>;
}

const objectsAtOnce = 8;

/**
 * Gives objects that were scaled down the scale that they had, as recorded in their annotations or else in the records,
 * and removes the annotations. Objects that run already or were never scaled down are not changed.
 * @throws TaskError `wrong-cluster`, `forbidden`, `invalid-file`, or what a cluster that does not answer gives
 */
export async function restoreScale(
  input: ScaleDownInput,
  ports: QuiescePorts,
): Promise<Outcome<RestoreScaleResult, 'scale'>> {
  const { cluster, log } = ports;
  await assertClusterUid(cluster, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  const kept = await readRecords(input.folder);
  const restored: Restored[] = [];
  const unexpected: Item<'scale'>[] = [];
  const place = { namespace: input.namespace, refuse: (item: Item<'scale'>): void => void unexpected.push(item) };
  // What starts others comes last.
  for (const type of [...input.types].reverse()) {
    const found = (await listScalable(cluster, type, place)) ?? [];
    const own = found.filter((resource) => !isScaledByOwner(resource));
    const items = await mapConcurrently(own, objectsAtOnce, (resource) =>
      restoreOne({ resource, type }, kept.get(stringAt(resource, 'metadata', 'uid') ?? ''), { input, ports }),
    );
    restored.push(...items.filter((each) => each !== undefined));
  }
  for (const { item } of restored) log.info(`${item.reason} ${item.id}`);
  const before = [...unexpected, ...restored.map(({ item }) => item)];
  const items = [...unexpected, ...(await waitForRestored(restored, input, ports))];
  return toOutcome({ before, items }, input);
}

async function readRecords(folder: Folder | undefined): Promise<ReadonlyMap<string, PreviousScale>> {
  const paths = (await folder?.list())?.filter((path) => path.startsWith(recordFolder) && path.endsWith('.json')) ?? [];
  const kept = new Map<string, PreviousScale>();
  for (const path of paths) {
    const text = await folder?.read(path);
    for (const { uid, former } of text === undefined ? [] : parseRecord(text, path)) kept.set(uid, former);
  }
  return kept;
}

async function restoreOne(
  quiesced: Quiesced,
  kept: PreviousScale | undefined,
  { input, ports }: { input: ScaleDownInput; ports: QuiescePorts },
): Promise<Restored | undefined> {
  const { resource } = quiesced;
  const id = describeResource(resource);
  const decision = decideRestore(resource, kept);
  if (decision.kind === 'nothing') return undefined;
  if (decision.kind === 'unreadable')
    return { ...quiesced, item: { id, outcome: 'failed', reason: 'invalid-record', message: decision.message } };
  const restores = decision.kind === 'restore';
  const evidence = restores ? describePreviousScale(decision.former) : {};
  try {
    const { patch: body } = decision;
    if (body !== undefined)
      await mergePatch(ports.cluster, scalableRef(quiesced), { query: dryRunQuery(input.dryRun), body });
    return { ...quiesced, item: { id, outcome: 'done', reason: restores ? 'restored' : 'unchanged', evidence } };
  } catch (error) {
    return { ...quiesced, item: failedItem(id, error) };
  }
}

async function waitForRestored(
  restored: readonly Restored[],
  { waitSeconds, dryRun }: ScaleDownInput,
  ports: QuiescePorts,
): Promise<readonly Item<'scale'>[]> {
  if (waitSeconds === 0 || dryRun) return restored.map(({ item }) => item);
  const awaited = restored.map((each) => ({ item: each.item, resource: each.resource, ref: scalableRef(each) }));
  const started = awaited.filter(({ item }) => item.outcome === 'done');
  const unready = await waitUntilReady(started, waitSeconds * 1000, ports);
  return awaited.map((each) => {
    const why = unready.get(each);
    return why === undefined ? each.item : { ...each.item, outcome: 'failed', reason: 'not-ready', message: why };
  });
}

/** @param before the items before anything was waited for: what was started counts, whether it became ready or not */
function toOutcome(
  { before, items }: { before: readonly Item<'scale'>[]; items: readonly Item<'scale'>[] },
  { namespace, dryRun }: ScaleDownInput,
): Outcome<RestoreScaleResult, 'scale'> {
  const count = (reason: Reason<'scale'>): string => String(before.filter((item) => item.reason === reason).length);
  const failed = String(items.filter((item) => item.outcome === 'failed').length);
  return {
    items,
    results: { 'restored-count': count('restored'), 'unchanged-count': count('unchanged'), 'failed-count': failed },
    summary: `${namespace}${dryRun ? ' (dry run)' : ''}: ${count('restored')} started again, ${count('unchanged')} ran already, ${nameFailures(items)}`,
    remedy: 'See what the report says of each failed object, then run again.',
  };
}
