import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { explainRefusal } from '../../domain/containerize/helper-refusals.ts';
import {
  chooseSnapshotClass,
  restoredClaim,
  servesSnapshots,
  snapshotGroup,
  snapshotStateOf,
  volumeSnapshot,
  type SnapshotState,
} from '../../domain/containerize/snapshot-objects.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { parseClaim, type Claim } from '../../domain/volumes/claim.ts';
import { findDocument, findObject, getObject } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { createObject } from '../cluster/write-object.ts';
import type { StartPorts } from './start-reader.ts';

/** A claim of which a snapshot can be taken. */
export interface SnapshotSource {
  readonly claim: Claim;
  /** Empty: the cluster chooses. */
  readonly className: string;
  readonly keepsContent: boolean;
}

/**
 * Finds out whether snapshots of claims can be taken.
 * @param wanted name of a class; empty: the default of the driver
 * @returns why not, as a sentence without a full stop
 */
export async function findSnapshotSources(
  names: readonly string[],
  { namespace, wanted }: { readonly namespace: string; readonly wanted: string },
  cluster: Cluster,
): Promise<readonly SnapshotSource[] | string> {
  if (!servesSnapshots(await findDocument(cluster, `/apis/${snapshotGroup}/v1`)))
    return `the cluster does not serve ${snapshotGroup}/v1`;
  const listing = collectObjects({ cluster, kind: knownKinds.volumesnapshotclasses, namespace: '' });
  const classes = await listing.catch(onRefusal([403], undefined));
  const sources: SnapshotSource[] = [];
  for (const name of names) {
    const claim = parseClaim(await getObject(cluster, { kind: knownKinds.persistentvolumeclaims, namespace, name }));
    const found = chooseSnapshotClass(classes, await driverOf(claim, cluster), wanted);
    if ('missing' in found) return `claim ${name}: ${found.missing}`;
    sources.push({ claim, className: found.name, keepsContent: found.keepsContent });
  }
  return sources;
}

/** The provisioner of a storage class is the name of the driver. Most accounts may read classes. */
async function driverOf({ storageClass }: Claim, cluster: Cluster): Promise<string | undefined> {
  if (storageClass === '') return undefined;
  const ref = { kind: knownKinds.storageclasses, namespace: '', name: storageClass };
  return stringAt(await findObject(cluster, ref).catch(onRefusal([403], undefined)), 'provisioner');
}

interface Snapshots {
  /** Of the export. */
  readonly id: string;
  readonly sources: readonly SnapshotSource[];
  /** Seconds. */
  readonly seconds: number;
}

/**
 * Creates snapshots and waits until all are cut: what is written from then on is not in them.
 * @throws TaskError `cluster-refused`, `forbidden`, `timeout`; ClusterStatusError
 */
export async function cutSnapshots({ id, sources, seconds }: Snapshots, ports: StartPorts): Promise<void> {
  for (const [index, { claim, className }] of sources.entries()) {
    const body = volumeSnapshot({ id, claim, index }, className);
    const what = `a VolumeSnapshot of claim ${claim.name}`;
    await create({ body, kind: knownKinds.volumesnapshots, what }, ports.cluster);
    ports.log.info(`taking snapshot ${claim.namespace}/${body.metadata.name} of claim ${claim.name}`);
  }
  const until = ports.now() + seconds * 1000;
  for (const [index, { claim }] of sources.entries()) {
    const { name } = volumeSnapshot({ id, claim, index }, '').metadata;
    await waitForSnapshot({ claim, name, until, isDone: ({ isCut }) => isCut }, ports);
  }
}

/**
 * Waits until snapshots can be used, and creates claims with their content.
 * @returns names of the claims, in the order of the sources
 * @throws as cutSnapshots
 */
export async function restoreSnapshots(
  { id, sources, seconds }: Snapshots,
  ports: StartPorts,
): Promise<readonly string[]> {
  const until = ports.now() + seconds * 1000;
  const names: string[] = [];
  for (const [index, { claim }] of sources.entries()) {
    const { name } = volumeSnapshot({ id, claim, index }, '').metadata;
    const snapshot = await waitForSnapshot({ claim, name, until, isDone: ({ isReady }) => isReady }, ports);
    const body = restoredClaim({ id, claim, index }, snapshot);
    const what = `a claim for the snapshot of ${claim.name}`;
    await create({ body, kind: knownKinds.persistentvolumeclaims, what }, ports.cluster);
    names.push(body.metadata.name);
  }
  return names;
}

async function create(
  { body, kind, what }: { readonly body: Resource; readonly kind: ApiKind; readonly what: string },
  cluster: Cluster,
): Promise<void> {
  const { namespace = '' } = body.metadata;
  await createObject(cluster, { kind, namespace, body }).catch((error: unknown) => {
    throw explainRefusal(error, what);
  });
}

interface AwaitedSnapshot {
  readonly claim: Claim;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly isDone: (state: SnapshotState) => boolean;
}

const betweenLooks = 500;

async function waitForSnapshot(
  { claim, name, until, isDone }: AwaitedSnapshot,
  { cluster, now, pause }: StartPorts,
): Promise<Resource> {
  const ref = { kind: knownKinds.volumesnapshots, namespace: claim.namespace, name };
  for (;;) {
    const snapshot = await getObject(cluster, ref);
    const state = snapshotStateOf(snapshot);
    if (isDone(state)) return snapshot;
    if (now() >= until) {
      const why = state.error === '' ? 'the driver reports nothing' : state.error;
      throw new TaskError('timeout', `waiting for snapshot ${claim.namespace}/${name} of claim ${claim.name}: ${why}`, {
        remedy: 'Look at the snapshot controller and the driver of the volume, or raise start-timeout.',
      });
    }
    await pause(betweenLooks);
  }
}
