import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { helperMetadata } from '../exports/export-helpers.ts';
import { parseQuantity } from '../kube/quantity.ts';
import { textsAt, type Resource } from '../kube/resource.ts';
import type { Claim } from '../volumes/claim.ts';

/** API group of snapshots: https://kubernetes.io/docs/concepts/storage/volume-snapshots/ */
export const snapshotGroup = 'snapshot.storage.k8s.io';

/** One claim of an export of which a snapshot is taken. */
export interface SnapshotOf {
  /** Of the export. */
  readonly id: string;
  readonly claim: Claim;
  /** Number of the claim in the export. */
  readonly index: number;
}

/** @param className empty: the default class of the driver, which the cluster chooses */
export function volumeSnapshot({ id, claim, index }: SnapshotOf, className: string): Resource {
  return {
    apiVersion: `${snapshotGroup}/v1`,
    kind: 'VolumeSnapshot',
    metadata: helperMetadata({ id, namespace: claim.namespace }, String(index)),
    spec: {
      source: { persistentVolumeClaimName: claim.name },
      ...(className === '' ? {} : { volumeSnapshotClassName: className }),
    },
  };
}

/** The claim that gets the content of a snapshot. It is as large as the larger of the claim and the snapshot. */
export function restoredClaim(of: SnapshotOf, snapshot: Resource): Resource {
  const { id, claim, index } = of;
  const restoreSize = stringAt(snapshot, 'status', 'restoreSize') ?? '0';
  const storage = parseQuantity(restoreSize) > parseQuantity(claim.size) ? restoreSize : claim.size;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: helperMetadata({ id, namespace: claim.namespace }, String(index)),
    spec: {
      accessModes: claim.accessModes,
      volumeMode: 'Filesystem',
      resources: { requests: { storage } },
      ...(claim.storageClass === '' ? {} : { storageClassName: claim.storageClass }),
      dataSource: { apiGroup: snapshotGroup, kind: 'VolumeSnapshot', name: snapshot.metadata.name },
    },
  };
}

/** What a cluster says of a snapshot. */
export interface SnapshotState {
  /** Writes from now on are not in it. */
  readonly isCut: boolean;
  readonly isReady: boolean;
  /** The last error of the driver, which tries again; empty: none. */
  readonly error: string;
}

export function snapshotStateOf(snapshot: unknown): SnapshotState {
  const isReady = valueAt(snapshot, 'status', 'readyToUse') === true;
  const isCut = isReady || stringAt(snapshot, 'status', 'creationTime') !== undefined;
  return { isCut, isReady, error: isReady ? '' : (stringAt(snapshot, 'status', 'error', 'message') ?? '') };
}

/** A class for the snapshots of a driver, or why there is none. */
export type SnapshotClass =
  /** `keepsContent`: the class keeps the content of a snapshot that is deleted. */
  { readonly name: string; readonly keepsContent: boolean } | { readonly missing: string };

/**
 * The class of snapshots of a driver.
 * @param classes of the cluster; undefined: the account may not list them, so the cluster chooses
 * @param driver undefined: not known
 * @param wanted empty: the default class of the driver, else the only one
 */
export function chooseSnapshotClass(
  classes: readonly Resource[] | undefined,
  driver: string | undefined,
  wanted: string,
): SnapshotClass {
  if (classes === undefined) return { name: wanted, keepsContent: false };
  const all = wanted === '' ? classes.filter((each) => isOfDriver(each, driver)) : classes;
  const named = all.filter(({ metadata }) => wanted === '' || metadata.name === wanted);
  const [only, ...more] = named;
  if (only === undefined)
    return {
      missing:
        wanted === ''
          ? `there is no VolumeSnapshotClass of the driver ${driver ?? 'of its volume'}`
          : `there is no VolumeSnapshotClass ${wanted}`,
    };
  const chosen = named.find(isDefault) ?? (more.length === 0 ? only : undefined);
  if (chosen === undefined)
    return {
      missing: `several VolumeSnapshotClasses fit and none is the default: ${named.map(({ metadata }) => metadata.name).join(', ')}`,
    };
  if (!isOfDriver(chosen, driver))
    return { missing: `the VolumeSnapshotClass ${wanted} is of another driver than ${String(driver)}` };
  return { name: chosen.metadata.name, keepsContent: stringAt(chosen, 'deletionPolicy') === 'Retain' };
}

function isOfDriver(snapshotClass: Resource, driver: string | undefined): boolean {
  return driver === undefined || stringAt(snapshotClass, 'driver') === driver;
}

function isDefault(snapshotClass: Resource): boolean {
  return textsAt(snapshotClass, 'annotations')['snapshot.storage.kubernetes.io/is-default-class'] === 'true';
}

/** Whether a document of the discovery lists the kind VolumeSnapshot. */
export function servesSnapshots(resources: unknown): boolean {
  return arrayAt(resources, 'resources').some((each) => stringAt(each, 'kind') === 'VolumeSnapshot');
}
