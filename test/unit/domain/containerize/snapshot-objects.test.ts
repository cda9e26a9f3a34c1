import { describe, expect, it } from 'vitest';

import {
  chooseSnapshotClass,
  restoredClaim,
  servesSnapshots,
  snapshotStateOf,
  volumeSnapshot,
} from '../../../../src/domain/containerize/snapshot-objects.ts';
import type { Claim } from '../../../../src/domain/volumes/claim.ts';

const claim: Claim = {
  name: 'files',
  namespace: 'shop',
  accessModes: ['ReadWriteOnce'],
  storageClass: 'fast',
  size: '1Gi',
  capacity: undefined,
  block: false,
  phase: 'Bound',
  madeFor: '',
  labels: {},
  terminating: false,
};
const of = { id: 'abc', claim, index: 0 };

const snapshotClass = (name: string, driver: string, more: object = {}) => ({
  apiVersion: 'snapshot.storage.k8s.io/v1',
  kind: 'VolumeSnapshotClass',
  metadata: { name },
  driver,
  ...more,
});
const asDefault = (name: string, driver: string) => ({
  ...snapshotClass(name, driver),
  metadata: { name, annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } },
});

describe('a snapshot', () => {
  it('is of a claim, and the class is left to the cluster unless it is known', () => {
    expect(volumeSnapshot(of, '')).toMatchObject({
      metadata: { name: 'export-abc-0', namespace: 'shop', labels: { 'crane-tasks.dev/export-helper': 'abc' } },
      spec: { source: { persistentVolumeClaimName: 'files' } },
    });
    expect(volumeSnapshot(of, 'daily')['spec']).toMatchObject({ volumeSnapshotClassName: 'daily' });
    expect(volumeSnapshot(of, '')['spec']).not.toHaveProperty('volumeSnapshotClassName');
  });

  it('is restored into a claim that is large enough', () => {
    const snapshot = { ...volumeSnapshot(of, ''), status: { restoreSize: '2Gi' } };
    expect(restoredClaim(of, snapshot)).toMatchObject({
      spec: {
        storageClassName: 'fast',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '2Gi' } },
        dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'export-abc-0' },
      },
    });
    const plain = restoredClaim({ ...of, claim: { ...claim, storageClass: '' } }, volumeSnapshot(of, ''));
    expect(plain['spec']).toMatchObject({ resources: { requests: { storage: '1Gi' } } });
    expect(plain['spec']).not.toHaveProperty('storageClassName');
  });

  it('is cut before it can be used, and its last error counts until then', () => {
    expect(snapshotStateOf({})).toEqual({ isCut: false, isReady: false, error: '' });
    const status = { creationTime: '2026-01-01T00:00:00Z', readyToUse: false, error: { message: 'busy' } };
    expect(snapshotStateOf({ status })).toEqual({ isCut: true, isReady: false, error: 'busy' });
    expect(snapshotStateOf({ status: { ...status, readyToUse: true } })).toEqual({
      isCut: true,
      isReady: true,
      error: '',
    });
  });

  it('is known to a cluster that lists its kind', () => {
    expect(servesSnapshots({ resources: [{ kind: 'VolumeSnapshot' }] })).toBe(true);
    expect(servesSnapshots(undefined)).toBe(false);
  });
});

describe('the class of snapshots', () => {
  it('is the default one of the driver, else its only one', () => {
    const classes = [snapshotClass('a', 'x'), asDefault('b', 'x'), asDefault('c', 'y')];
    expect(chooseSnapshotClass(classes, 'x', '')).toEqual({ name: 'b', keepsContent: false });
    expect(chooseSnapshotClass([snapshotClass('a', 'x')], undefined, '')).toEqual({ name: 'a', keepsContent: false });
    const kept = [snapshotClass('a', 'x', { deletionPolicy: 'Retain' })];
    expect(chooseSnapshotClass(kept, 'x', '')).toEqual({ name: 'a', keepsContent: true });
  });

  it('is the wanted one, if it is of the driver', () => {
    const classes = [snapshotClass('a', 'x'), snapshotClass('b', 'x')];
    expect(chooseSnapshotClass(classes, 'x', 'b')).toEqual({ name: 'b', keepsContent: false });
    expect(chooseSnapshotClass(classes, 'y', 'b')).toEqual({
      missing: 'the VolumeSnapshotClass b is of another driver than y',
    });
    expect(chooseSnapshotClass(classes, 'x', 'c')).toEqual({ missing: 'there is no VolumeSnapshotClass c' });
  });

  it('is missing when none or several fit', () => {
    expect(chooseSnapshotClass([], 'x', '')).toEqual({ missing: 'there is no VolumeSnapshotClass of the driver x' });
    expect(chooseSnapshotClass([], undefined, '')).toEqual({
      missing: 'there is no VolumeSnapshotClass of the driver of its volume',
    });
    expect(chooseSnapshotClass([snapshotClass('a', 'x'), snapshotClass('b', 'x')], 'x', '')).toEqual({
      missing: 'several VolumeSnapshotClasses fit and none is the default: a, b',
    });
  });

  it('is left to the cluster for an account that may not list classes', () => {
    expect(chooseSnapshotClass(undefined, 'x', 'b')).toEqual({ name: 'b', keepsContent: false });
  });
});
