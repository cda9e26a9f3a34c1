import { splitApiVersion } from '../../domain/kube/resource.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { describeItem, nameFailures, type Item, type Outcome } from '../../domain/reports/outcome.ts';
import type { Reason } from '../../domain/reports/reasons.ts';
import { groupByWave } from '../../domain/apply/apply-order.ts';
import { isStreamTag, splitTagName } from '../../domain/kube/stream-tag.ts';
import { holdingKinds, namesOf, isInScope, type AppliedObject } from '../../domain/apply/applied-object.ts';
import type { Sleep, Folder, Log } from '../../domain/core/ports.ts';
import { kindKey, resolveKinds, type ApiKinds } from '../cluster/resolve-kinds.ts';
import { assertClusterUid } from '../cluster/cluster-uid.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { readApplied, type RecordQuery } from './read-applied.ts';
import {
  removeObject,
  type PlacedObject,
  type Removal,
  type RemoveOptions,
  type RemovePorts,
} from './remove-object.ts';
import { checkNamespace } from '../scale/scale-down.ts';
import { waitUntilGone } from '../cluster/wait-until-gone.ts';

export interface RollBackInput extends RecordQuery {
  /** Folder with the reports of the run, at any depth. */
  readonly applied: Folder;
  /** UID that the cluster must have, besides what the reports say; empty: what they say alone counts. */
  readonly clusterUid: string | undefined;
  /** Namespaces in which objects may be removed; empty: those of the reports that a digest proves. */
  readonly namespaces: readonly string[];
  /** Objects that are removed although they were changed, as `Kind/name` or `Kind.group/name`. */
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

/**
 * Rolls a move back: removes from the cluster what the reports of all runs on a folder say that they created, in the
 * reverse order of its creation. An object must be in the namespaces of the run, have the UID of the report, and say what
 * it said when it was applied. It also needs the mark of these programs, or a report that a digest proves. What was there
 * before, and images, remain and are listed.
 * @throws TaskError `invalid-file`, `invalid-param`, `wrong-cluster`, or when the cluster does not answer
 */
export async function rollBack(
  input: RollBackInput,
  ports: RollBackPorts,
): Promise<Outcome<RollBackResult, 'rollback'>> {
  refuseWithoutScope(input);
  const run = await readApplied(input.applied, input, ports.sha256);
  const { cluster } = ports;
  await assertClusterUid(cluster, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  await assertClusterUid(cluster, { expected: run.clusterUid, ifUnreadable: 'refuse' });
  const objects = [...run.objects, ...run.unproven];
  refuseUnknownNames(input, objects);
  const created = objects.filter((object) => keptItem(object, input) === undefined);
  const kept = objects.flatMap((object) => keptItem(object, input) ?? []);
  for (const item of kept.filter(({ reason }) => reason === 'not-restorable')) ports.log.warn(describeItem(item));
  const apiVersions = created.map(({ apiVersion }) => apiVersion);
  const kinds = await resolveKinds(cluster, apiVersions);
  const items: Item<'rollback'>[] = [];
  const settings: WaveRun = {
    input,
    ports,
    kinds,
    deadline: ports.now() + input.timeoutSeconds * 1000,
    namespaces: new Set(input.namespaces.length > 0 ? input.namespaces : run.namespaces),
    unproven: new Set(run.unproven),
    tags: input.dryRun ? created.filter(isStreamTag) : [],
  };
  const waves = groupByWave(
    created.map((object) => ({ object, kind: object.kind, group: splitApiVersion(object.apiVersion).group })),
  );
  for (const wave of waves.toReversed()) {
    items.push(...(await removeWave(wave, settings)));
    ports.log.progress(items.length, created.length, 'objects removed');
  }
  return toOutcome([...items, ...kept, ...(objects.length > 0 ? [] : [nothingCreated]), ...run.images], ports);
}

const nothingCreated: Item<'rollback'> = {
  id: 'objects of the run',
  outcome: 'skipped',
  reason: 'nothing-created',
  message: 'no object was created: a run records each before it creates it, and none is recorded',
};

function keptItem(object: AppliedObject, { includeKinds }: RollBackInput): Item<'rollback'> | undefined {
  const { id, operation, kind } = object;
  const keep = (reason: Reason<'rollback'>, message: string): Item<'rollback'> => {
    return { id, outcome: 'skipped', reason, message };
  };
  const earlier = 'its earlier content is not recorded, so it is not changed back';
  if (operation === 'changed') return keep('not-restorable', `it was there before and was changed: ${earlier}`);
  if (operation === 'unchanged') return keep('not-created', 'it was there before the run');
  if (!holdingKinds.includes(kind) || includeKinds.includes(kind)) return undefined;
  return keep('kept', 'its deletion takes along what is in it: name its kind with include-kinds to remove it');
}

/** Reports are files on a volume that others may share: the user says where objects may be removed, or which report to trust. */
function refuseWithoutScope({ namespaces, reportDigests }: RollBackInput): void {
  for (const namespace of namespaces) checkNamespace(namespace);
  if (namespaces.length > 0 || reportDigests.length > 0) return;
  throw new TaskError('invalid-param', 'choosing what may be removed: neither namespace nor report-digest is given', {
    remedy:
      'Give the namespaces of the application at the destination, or the result report-digest of the task that applied it.',
  });
}

/** A name that is written wrong must not be taken for a permission that was not needed. */
function refuseUnknownNames({ allowChanged, includeKinds }: RollBackInput, objects: readonly AppliedObject[]): void {
  const known = new Set(objects.flatMap(namesOf));
  const unknown = [
    ...allowChanged.filter((name) => !known.has(name)).map((name) => `--allow-changed: ${JSON.stringify(name)}`),
    ...includeKinds
      .filter((kind) => !holdingKinds.includes(kind))
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
  /** Where objects may be removed. */
  readonly namespaces: ReadonlySet<string>;
  readonly unproven: ReadonlySet<AppliedObject>;
  /** Tags that a dry run leaves in their streams. */
  readonly tags: readonly AppliedObject[];
}

async function removeWave(
  wave: readonly { readonly object: AppliedObject }[],
  run: WaveRun,
): Promise<readonly Item<'rollback'>[]> {
  const { ports, deadline } = run;
  const removals = await mapConcurrently(wave, objectsAtOnce, ({ object }) => remove(object, run));
  const leaving = removals.flatMap((removal) => ('leaving' in removal ? removal.leaving : []));
  const settled = removals.flatMap((removal) => ('item' in removal ? removal.item : []));
  const items = [...settled, ...(await awaitDeletions(leaving, deadline, ports))];
  for (const item of items) ports.log.item(item, describeItem(item));
  return items;
}

async function remove(object: AppliedObject, run: WaveRun): Promise<Removal> {
  const { input, kinds, namespaces, unproven, tags, ports } = run;
  const api = kinds.get(kindKey(object));
  if (api === undefined) return { item: { id: object.id, outcome: 'done', reason: 'gone-already' } };
  if (!isInScope(object, api.namespaced, namespaces)) {
    const message = `it is not in ${[...namespaces].join(', ')}: it is not removed, unless namespace names its namespace`;
    return { item: { id: object.id, outcome: 'failed', reason: 'other-namespace', message } };
  }
  const ref = { kind: api, namespace: object.namespace, name: object.name };
  const options: RemoveOptions = {
    allowChanged: namesOf(object).some((name) => input.allowChanged.includes(name)),
    proof: input.reportDigests.length === 0 ? 'not-asked' : unproven.has(object) ? 'unproven' : 'proven',
    removedTags: tagsOf(object, tags),
    dryRun: input.dryRun,
  };
  return removeObject({ object, ref }, options, ports);
}

/** The names of tags that are in this stream. */
function tagsOf(stream: AppliedObject, tags: readonly AppliedObject[]): ReadonlySet<string> {
  const inNamespace = tags.filter(({ namespace }) => namespace === stream.namespace);
  const split = inNamespace.map(({ name }) => splitTagName(name));
  return new Set(split.filter((each) => each.stream === stream.name).map(({ tag }) => tag));
}

async function awaitDeletions(
  placed: readonly PlacedObject[],
  deadline: number,
  { cluster, sleep, now }: RollBackPorts,
): Promise<readonly Item<'rollback'>[]> {
  const leaving = placed.map(({ ref, object: { id, uid } }) => ({ ref, uid, id }));
  const there = await waitUntilGone(leaving, { cluster, sleep, isLate: () => now() >= deadline });
  return leaving.map((each): Item<'rollback'> => {
    if (!there.has(each)) return { id: each.id, outcome: 'done', reason: 'deleted' };
    const message = 'its deletion has not ended: a finalizer or a dependent holds it';
    return { id: each.id, outcome: 'failed', reason: 'still-there', message };
  });
}

function toOutcome(
  items: readonly Item<'rollback'>[],
  { cluster }: RollBackPorts,
): Outcome<RollBackResult, 'rollback'> {
  const count = (wanted: Reason<'rollback'>): number => items.filter(({ reason }) => reason === wanted).length;
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
