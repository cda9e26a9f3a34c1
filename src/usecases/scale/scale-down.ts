import type { PreviousScale, ScaleEntry } from '../../domain/schemas/documents.ts';
import { isNamespaceName, describeResource, keyOf } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { describeItem, nameFailures, type Item, type Outcome } from '../../domain/reports/outcome.ts';
import type { Reason } from '../../domain/reports/reasons.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { controllerOf, decideQuiesce, isScaledByOwner, isBare } from '../../domain/scale/quiesce.ts';
import {
  formatRecord,
  mergeRecords,
  parseRecord,
  recordPath,
  describePreviousScale,
} from '../../domain/scale/previous-scale.ts';
import { scalableTypes, type ScalableType } from '../../domain/scale/scalable-types.ts';
import { assertClusterUid } from '../cluster/cluster-uid.ts';
import { listPods } from '../cluster/list-objects.ts';
import { dryRunQuery, mergePatch } from '../cluster/write-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Folder } from '../../domain/core/ports.ts';
import {
  failedItem,
  listScalable,
  scalableRef,
  waitUntilQuiesced,
  type Quiesced,
  type QuiescePorts,
} from './scalable-objects.ts';

export interface ScaleDownInput {
  readonly types: readonly ScalableType[];
  readonly namespace: string;
  /** UID that the cluster's namespace kube-system must have; empty: not checked. */
  readonly clusterUid: string | undefined;
  /** How long pods may take to end; 0 does not wait. */
  readonly waitSeconds: number;
  readonly dryRun: boolean;
  /** Where records go besides the objects themselves. */
  readonly folder: Folder | undefined;
}

export type ScaleDownResult = 'scaled-count' | 'unchanged-count' | 'skipped-count' | 'failed-count';

interface Scaled extends Quiesced {
  readonly former: PreviousScale | undefined;
  readonly item: Item<'scale'>;
}

const objectsAtOnce = 8;

/**
 * Scales the objects of some types down: records on each object how many replicas it had and scales it to zero in one
 * write, suspends what cannot be scaled, and waits until its pods are gone. Objects that a controller of the same list
 * owns are scaled by their owner.
 * @throws TaskError `wrong-cluster`, `forbidden`, or what a cluster that does not answer gives
 */
export async function scaleDown(
  input: ScaleDownInput,
  ports: QuiescePorts,
): Promise<Outcome<ScaleDownResult, 'scale'>> {
  const { cluster, log } = ports;
  await assertClusterUid(cluster, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  const items: Item<'scale'>[] = [];
  const quiesced: Scaled[] = [];
  for (const type of input.types) {
    const refuse = (item: Item<'scale'>): void => void items.push(item);
    const found = await listScalable(cluster, type, { namespace: input.namespace, refuse });
    if (found === undefined) {
      log.info(`the cluster has no ${type.plural} of ${type.apiVersion}: nothing to do`);
      items.push(unserved(type, input.namespace));
      continue;
    }
    const own = found.filter((resource) => !isScaledByOwner(resource));
    const scaled = await mapConcurrently(own, objectsAtOnce, (resource) => scaleOne({ resource, type }, input, ports));
    await keepRecord(scaled, type, input);
    for (const { item } of scaled) log.item(item, describeItem(item));
    quiesced.push(...scaled.filter(({ item }) => item.outcome === 'done'));
    items.push(...scaled.filter(({ item }) => item.outcome !== 'done').map(({ item }) => item));
  }
  if (input.types === scalableTypes) items.push(...(await findBarePods(input, ports)));
  const waitSeconds = input.dryRun ? 0 : input.waitSeconds;
  const notQuiesced =
    waitSeconds === 0 ? new Map<Scaled, string>() : await waitUntilQuiesced(quiesced, waitSeconds * 1000, ports);
  const before = [...items, ...quiesced.map(({ item }) => item)];
  for (const each of quiesced) {
    const message = notQuiesced.get(each);
    items.push(message === undefined ? each.item : { ...each.item, outcome: 'failed', reason: 'not-at-rest', message });
  }
  return toOutcome({ before, items }, input);
}

async function scaleOne(quiesced: Quiesced, { dryRun }: ScaleDownInput, { cluster }: QuiescePorts): Promise<Scaled> {
  const { resource, type } = quiesced;
  const decision = decideQuiesce(resource, type.method);
  const id = describeResource(resource);
  if (decision.kind === 'passed') {
    const { reason, message } = decision;
    return { ...quiesced, former: undefined, item: { id, outcome: 'skipped', reason, message } };
  }
  const { former } = decision;
  const evidence = { uid: stringAt(resource, 'metadata', 'uid') ?? '', ...describePreviousScale(former) };
  if (decision.kind === 'at-rest')
    return { ...quiesced, former, item: { id, outcome: 'done', reason: 'unchanged', evidence } };
  try {
    await mergePatch(cluster, scalableRef(quiesced), { query: dryRunQuery(dryRun), body: decision.patch });
    const owner = controllerOf(resource);
    const note = owner === undefined ? {} : { message: `it belongs to ${owner}, which may scale it up again` };
    return { ...quiesced, former, item: { id, outcome: 'done', reason: 'scaled', evidence, ...note } };
  } catch (error) {
    return { ...quiesced, former: undefined, item: failedItem(id, error) };
  }
}

async function keepRecord(
  scaled: readonly Scaled[],
  type: ScalableType,
  { folder, namespace, dryRun }: ScaleDownInput,
): Promise<void> {
  const entries = scaled.flatMap(({ resource, former }): ScaleEntry[] => {
    const { kind, name } = keyOf(resource);
    const uid = stringAt(resource, 'metadata', 'uid') ?? '';
    return former === undefined ? [] : [{ kind, namespace, name, uid, former }];
  });
  if (folder === undefined || dryRun || entries.length === 0) return;
  const path = recordPath(namespace, type.kind);
  const text = await folder.read(path);
  const earlier = text === undefined ? [] : parseRecord(text, path);
  await folder.write(path, formatRecord(mergeRecords(earlier, entries)));
}

/** Pods that no controller made keep running: no scale reaches them, and deleting them would lose them. */
async function findBarePods(
  { namespace }: ScaleDownInput,
  { cluster }: QuiescePorts,
): Promise<readonly Item<'scale'>[]> {
  const pods = await listPods(cluster, namespace).catch(onRefusal([403], []));
  return pods.filter(isBare).map((pod) => ({
    id: describeResource(pod),
    outcome: 'skipped',
    reason: 'bare-pod',
    message: 'no controller made it, so that it keeps running: delete it when it must not write',
  }));
}

function unserved({ apiVersion, kind }: ScalableType, namespace: string): Item<'scale'> {
  return {
    id: `${apiVersion} ${kind} ${namespace}/*`,
    outcome: 'skipped',
    reason: 'not-served',
    message: 'the cluster does not know this kind: nothing to do',
  };
}

/** @param before the items before anything was waited for: what was scaled counts, whether its pods ended or not */
function toOutcome(
  { before, items }: { before: readonly Item<'scale'>[]; items: readonly Item<'scale'>[] },
  { namespace, dryRun }: ScaleDownInput,
): Outcome<ScaleDownResult, 'scale'> {
  const count = (reason: Reason<'scale'>): string => String(before.filter((item) => item.reason === reason).length);
  const by = (outcome: Item['outcome']): string => String(items.filter((item) => item.outcome === outcome).length);
  const figures = `${count('scaled')} scaled down, ${count('unchanged')} scaled down before`;
  return {
    items,
    results: {
      'scaled-count': count('scaled'),
      'unchanged-count': count('unchanged'),
      'skipped-count': by('skipped'),
      'failed-count': by('failed'),
    },
    summary: `${namespace}${dryRun ? ' (dry run)' : ''}: ${figures}, ${by('skipped')} skipped, ${nameFailures(items)}`,
    remedy:
      'See what the report says of each failed object, then run again: recorded replicas are kept, and a restore starts all workloads again.',
  };
}

/** Checks the namespace to work on. @throws TaskError `invalid-param` */
export function checkNamespace(chosen: string): string {
  if (isNamespaceName(chosen)) return chosen;
  const what = chosen === '' ? 'none was given, and the context names none' : `invalid name ${JSON.stringify(chosen)}`;
  throw new TaskError('invalid-param', `choosing the namespace: ${what}`, {
    remedy: 'Give the name of the namespace of the application.',
  });
}
