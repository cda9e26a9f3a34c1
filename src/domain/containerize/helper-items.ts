import type { Resource } from '../kube/resource.ts';
import type { Item } from '../reports/outcome.ts';
import type { Claim } from '../volumes/claim.ts';

interface TakenSnapshot {
  readonly claim: Claim;
  readonly keepsContent: boolean;
}

/** Items of claims that were read from snapshots. */
export function snapshotItems(snapshots: readonly TakenSnapshot[]): readonly Item<'containerize'>[] {
  return snapshots.map(({ claim, keepsContent }) => ({
    id: `snapshot of claim ${claim.name}`,
    outcome: 'done',
    reason: 'snapshot-taken',
    message: keepsContent
      ? 'its class has the deletion policy Retain: the VolumeSnapshotContent and the snapshot of the storage remain'
      : 'the snapshot and the claim with its content are removed at the end of the run',
  }));
}

/** The item of a debug container, which the pod keeps. */
export function debugContainerItem(name: string, pod: Resource): Item<'containerize'> {
  const where = `Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  return {
    id: `debug container ${name}`,
    outcome: 'done',
    reason: 'debug-container-added',
    message: `${where} lists it until the pod is deleted`,
  };
}
