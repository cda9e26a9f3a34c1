import { ClusterStatusError } from '../domain/clusters/status-error.ts';
import { TaskError } from '../domain/errors.ts';
import type { Item, Outcome } from '../domain/outcome.ts';
import { groupByWave } from '../domain/resources/apply-order.ts';
import { stringAt } from '../domain/resources/resource.ts';
import { namesOf, type AppliedObject } from '../domain/rollback/applied-object.ts';
import type { Sleep } from './apply/check-target.ts';
import { collectionPath, discoverKinds, kindKey, type ApiKinds } from './apply/discover-kinds.ts';
import { assertClusterUid } from './cluster-uid.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { nameFailures } from './name-failures.ts';
import type { Folder, Log } from './ports.ts';
import { readApplied } from './rollback/read-applied.ts';
import { removeObject, type PlacedObject, type RemovePorts } from './rollback/remove-object.ts';
import { readObject } from './verify/read-live.ts';

export interface RollBackInput {
  /** Folder with the reports of the run, at any depth. */
  readonly applied: Folder;
  /** UID that the cluster must have, besides what the reports say; empty: what they say alone counts. */
  readonly clusterUid: string;
  /** Objects that go although they were changed, as `Kind/name` or `Kind.group/name`. */
  readonly allowChanged: readonly string[];
  /** Kinds that are kept unless named here, since they hold what others put there. */
  readonly includeKinds: readonly string[];
  readonly dryRun: boolean;
  /** How long all of it may take to be gone. */
  readonly timeoutSeconds: number;
}

export interface RollBackPorts extends RemovePorts {
  readonly log: Log;
  readonly sleep: Sleep;
  readonly now: () => number;
}

export type RollBackResult = 'deleted-count' | 'gone-count' | 'kept-count' | 'failed-count';

const objectsAtOnce = 8;
const pollEvery = 500;

/** Kinds whose deletion takes along what nobody looked at: data, and objects that others made. */
const holdingKinds = ['PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition'] as const;

/**
 * Takes a run back: removes from the cluster what the run's reports say that it created, in the reverse order of its
 * creation, and only what did not change since. What was there before, and images, stay and are listed.
 * @throws TaskError `invalid-file`, `invalid-param`, `wrong-cluster`, or when the cluster does not answer
 */
export async function rollBack(input: RollBackInput, ports: RollBackPorts): Promise<Outcome<RollBackResult>> {
  const run = await readApplied(input.applied);
  const { cluster } = ports;
  await assertClusterUid(cluster, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  await assertClusterUid(cluster, { expected: run.clusterUid, ifUnreadable: 'refuse' });
  refuseUnknownNames(input, run.objects);
  const created = run.objects.filter((object) => keptItem(object, input) === undefined);
  const kept = run.objects.flatMap((object) => keptItem(object, input) ?? []);
  for (const { id, reason, message } of kept.filter(({ reason: why }) => why === 'not-restorable'))
    ports.log.warn(`${reason} ${id}: ${message ?? ''}`);
  const kinds = await discoverKinds(
    cluster,
    created.map(({ apiVersion }) => apiVersion),
  );
  const items: Item[] = [];
  const deadline = ports.now() + input.timeoutSeconds * 1000;
  const waves = groupByWave(created.map((object) => ({ object, kind: object.kind, group: groupOf(object) })));
  for (const wave of waves.toReversed()) {
    items.push(...(await removeWave(wave, { input, ports, kinds, deadline })));
    ports.log.progress(items.length, created.length, 'objects removed');
  }
  return toOutcome([...items, ...kept, ...run.images], ports);
}

function keptItem(object: AppliedObject, { includeKinds }: RollBackInput): Item | undefined {
  const { id, operation, kind } = object;
  if (operation === 'changed') {
    const message = 'it was there before and was changed: what it said before is not kept, so it stays as it is';
    return { id, outcome: 'skipped', reason: 'not-restorable', message };
  }
  if (operation === 'unchanged') {
    return { id, outcome: 'skipped', reason: 'not-created', message: 'it was there before the run' };
  }
  if (!holdingKinds.some((each) => each === kind) || includeKinds.includes(kind)) return undefined;
  const message = 'its deletion takes along what is in it: name its kind with include-kinds to remove it';
  return { id, outcome: 'skipped', reason: 'kept', message };
}

/** A name that is written wrong must not be taken for a permission that was not needed. */
function refuseUnknownNames({ allowChanged, includeKinds }: RollBackInput, objects: readonly AppliedObject[]): void {
  const known = new Set(objects.flatMap(namesOf));
  const unknown = [
    ...allowChanged.filter((name) => !known.has(name)).map((name) => `--allow-changed: ${JSON.stringify(name)}`),
    ...includeKinds
      .filter((kind) => !holdingKinds.some((each) => each === kind))
      .map((kind) => `--include-kinds: ${JSON.stringify(kind)}`),
  ];
  if (unknown.length === 0) return;
  throw new TaskError('invalid-param', `reading what may be removed: ${unknown.join('; ')}`, {
    remedy: `Name objects of the reports as Kind/name or Kind.group/name, and kinds among ${holdingKinds.join(', ')}.`,
  });
}

interface WaveRun {
  readonly input: RollBackInput;
  readonly ports: RollBackPorts;
  readonly kinds: ApiKinds;
  readonly deadline: number;
}

async function removeWave(
  wave: readonly { readonly object: AppliedObject }[],
  { input, ports, kinds, deadline }: WaveRun,
): Promise<readonly Item[]> {
  const removals = await mapConcurrently(wave, objectsAtOnce, async ({ object }) => {
    const api = kinds.get(kindKey(object));
    if (api === undefined) return { item: { id: object.id, outcome: 'done', reason: 'gone-already' } as const };
    const path = `${collectionPath(api, object.namespace)}/${encodeURIComponent(object.name)}`;
    const allowChanged = namesOf(object).some((name) => input.allowChanged.includes(name));
    return removeObject({ object, path }, { allowChanged, dryRun: input.dryRun }, ports);
  });
  const leaving = removals.flatMap((removal) => ('leaving' in removal ? removal.leaving : []));
  const settled = removals.flatMap((removal) => ('item' in removal ? removal.item : []));
  const items = [...settled, ...(await waitUntilGone(leaving, deadline, ports))];
  for (const { id, reason, message = '' } of items) ports.log.info(`${reason} ${id}${message && `: ${message}`}`);
  return items;
}

async function waitUntilGone(
  leaving: readonly PlacedObject[],
  deadline: number,
  { cluster, sleep, now }: RollBackPorts,
): Promise<readonly Item[]> {
  const there = new Map(leaving.map((placed) => [placed.object.uid, placed]));
  for (;;) {
    await mapConcurrently([...there.values()], objectsAtOnce, async ({ object, path }) => {
      const found = await readObject(cluster, path);
      if (found instanceof ClusterStatusError) throw found;
      if (found === undefined || stringAt(found, 'metadata', 'uid') !== object.uid) there.delete(object.uid);
    });
    if (there.size === 0 || now() >= deadline) break;
    await sleep(pollEvery);
  }
  return leaving.map(({ object: { id, uid } }): Item => {
    if (!there.has(uid)) return { id, outcome: 'done', reason: 'deleted' };
    const message = 'it is being deleted and still there: a finalizer or a dependent holds it';
    return { id, outcome: 'failed', reason: 'still-there', message };
  });
}

function groupOf({ apiVersion }: AppliedObject): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

function toOutcome(items: readonly Item[], { cluster }: RollBackPorts): Outcome<RollBackResult> {
  const count = (...reasons: readonly string[]): number =>
    items.filter(({ reason }) => reasons.includes(reason)).length;
  const [deleted, tried, gone] = [count('deleted'), count('would-delete'), count('gone-already')];
  const kept = items.filter(({ outcome }) => outcome === 'skipped').length;
  const failed = items.filter(({ outcome }) => outcome === 'failed').length;
  const changed = count('not-restorable');
  const stay = changed === 0 ? '' : ` (${String(changed)} of them changed by the run and not restorable)`;
  const done = tried > 0 ? `${String(tried)} would be removed` : `${String(deleted)} objects removed`;
  return {
    items,
    results: {
      'deleted-count': String(deleted),
      'gone-count': String(gone),
      'kept-count': String(kept),
      'failed-count': String(failed),
    },
    summary: `${done} from ${cluster.contextName}, ${String(gone)} were gone, ${String(kept)} kept${stay}, ${nameFailures(items)}`,
    remedy:
      'Look at each failed object: name those that may go although they changed with allow-changed, then run again.',
  };
}
