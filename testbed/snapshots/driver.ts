import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { Kubectl } from '../demo/kubectl.ts';
import { snapshotDefinitions } from './definitions.ts';

/** Names of the storage class, of the snapshot class and of the driver of both. */
export const snapshotDriver = 'copies.crane-tasks.test';

export interface SnapshotDriver {
  /** Lets snapshots be taken, but never become ready; with the message of an error. */
  fail(message: string | undefined): void;
  /** Ends the driver, and removes its classes, its volumes and the definitions. */
  stop(): Promise<void>;
}

/**
 * A driver of volumes with snapshots, as a CSI driver with external-provisioner and external-snapshotter is for a cluster
 * with one node. A volume is a folder of the node, a snapshot is a copy of it.
 * @param folder that the node sees under the same path
 */
export async function startSnapshotDriver(kubectl: Kubectl, folder: string, node: string): Promise<SnapshotDriver> {
  const definitions = await snapshotDefinitions();
  await kubectl.apply(definitions);
  const names = definitions.map((definition) => `crd/${stringAt(definition, 'metadata', 'name') ?? ''}`);
  await kubectl.run(['wait', '--for=condition=Established', ...names, '--timeout=30s']);
  await kubectl.apply(classes());
  const driver = new Driver(kubectl, folder, node);
  const running = driver.run();
  return {
    fail: (message) => {
      driver.error = message;
    },
    stop: async () => {
      driver.isStopped = true;
      await running;
      await kubectl.run(['delete', '--ignore-not-found', '--timeout=60s', ...names]);
      await kubectl.run(['delete', 'storageclass', snapshotDriver, '--ignore-not-found']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function classes(): readonly object[] {
  const metadata = { name: snapshotDriver };
  const isDefault = { 'snapshot.storage.kubernetes.io/is-default-class': 'true' };
  return [
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, provisioner: snapshotDriver },
    {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshotClass',
      metadata: { ...metadata, annotations: isDefault },
      driver: snapshotDriver,
      deletionPolicy: 'Delete',
    },
  ];
}

class Driver {
  isStopped = false;
  error: string | undefined;
  readonly #kubectl: Kubectl;
  readonly #folder: string;
  readonly #node: string;

  constructor(kubectl: Kubectl, folder: string, node: string) {
    this.#kubectl = kubectl;
    this.#folder = folder;
    this.#node = node;
  }

  async run(): Promise<void> {
    while (!this.isStopped) {
      await attempt(() => this.#once());
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async #once(): Promise<void> {
    const [snapshots, contents, claims, volumes] = await Promise.all(
      ['volumesnapshots', 'volumesnapshotcontents', 'persistentvolumeclaims', 'persistentvolumes'].map((kind) =>
        this.#kubectl.list([kind, '--all-namespaces']),
      ),
    );
    for (const snapshot of snapshots ?? [])
      if (!isReady(snapshot)) await attempt(() => this.#take(snapshot, claims ?? []));
    const made = new Set((volumes ?? []).map((volume) => refOf(volume, 'claimRef')));
    for (const claim of claims ?? []) {
      const isOwn = stringAt(claim, 'spec', 'storageClassName') === snapshotDriver;
      if (isOwn && !made.has(uidOf(claim))) await attempt(() => this.#provision(claim, snapshots ?? []));
    }
    const uids = new Set([...(snapshots ?? []), ...(claims ?? [])].map(uidOf));
    await this.#collect(contents ?? [], (content) => !uids.has(refOf(content, 'volumeSnapshotRef')));
    await this.#collect(volumes ?? [], (volume) => isOwnVolume(volume) && !uids.has(refOf(volume, 'claimRef')));
  }

  async #take(snapshot: JsonObject, claims: readonly JsonObject[]): Promise<void> {
    if (this.error !== undefined) {
      await this.#status(snapshot, { readyToUse: false, error: { message: this.error } });
      return;
    }
    const source = stringAt(snapshot, 'spec', 'source', 'persistentVolumeClaimName');
    const claim = claims.find((each) => nameOf(each) === source && placeOf(each) === placeOf(snapshot));
    if (claim === undefined) return;
    const [uid, name] = [uidOf(snapshot), `snapcontent-${uidOf(snapshot)}`];
    await this.#copy(this.#volume(claim), join(this.#folder, uid));
    const reference = { name: nameOf(snapshot), namespace: placeOf(snapshot), uid };
    const spec = { deletionPolicy: 'Delete', driver: snapshotDriver, source: { snapshotHandle: uid } };
    await this.#kubectl.apply([
      {
        apiVersion: 'snapshot.storage.k8s.io/v1',
        kind: 'VolumeSnapshotContent',
        metadata: { name },
        spec: { ...spec, volumeSnapshotRef: reference },
      },
    ]);
    const creationTime = new Date().toISOString();
    const size = stringAt(claim, 'spec', 'resources', 'requests', 'storage') ?? '1Mi';
    const bound = { boundVolumeSnapshotContentName: name, creationTime, restoreSize: size };
    await this.#status(snapshot, { ...bound, readyToUse: true });
  }

  async #status(snapshot: JsonObject, status: object): Promise<void> {
    const name = `volumesnapshot/${nameOf(snapshot)}`;
    const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
    await this.#kubectl.run(['patch', name, '-n', placeOf(snapshot), ...patch]);
  }

  async #provision(claim: JsonObject, snapshots: readonly JsonObject[]): Promise<void> {
    const from = stringAt(claim, 'spec', 'dataSource', 'name');
    const path = this.#volume(claim);
    if (from === undefined) {
      await mkdir(path, { recursive: true });
      await chmod(path, 0o770);
    } else {
      const snapshot = snapshots.find((each) => nameOf(each) === from && placeOf(each) === placeOf(claim));
      if (snapshot === undefined || !isReady(snapshot)) return;
      await this.#copy(join(this.#folder, uidOf(snapshot)), path);
    }
    const host = { key: 'kubernetes.io/hostname', operator: 'In', values: [this.#node] };
    await this.#kubectl.apply([
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: `copy-${uidOf(claim)}` },
        spec: {
          accessModes: valueAt(claim, 'spec', 'accessModes'),
          capacity: valueAt(claim, 'spec', 'resources', 'requests'),
          claimRef: { name: nameOf(claim), namespace: placeOf(claim), uid: uidOf(claim) },
          local: { path },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [host] }] } },
          persistentVolumeReclaimPolicy: 'Retain',
          storageClassName: snapshotDriver,
        },
      },
    ]);
  }

  #volume(claim: JsonObject): string {
    return join(this.#folder, uidOf(claim));
  }

  async #copy(source: string, target: string): Promise<void> {
    await rm(target, { recursive: true, force: true });
    await execa('cp', ['--archive', '--sparse=always', source, target]);
  }

  async #collect(objects: readonly JsonObject[], isLeft: (object: JsonObject) => boolean): Promise<void> {
    for (const object of objects.filter(isLeft)) await attempt(() => this.#remove(object));
  }

  async #remove(object: JsonObject): Promise<void> {
    const kind = stringAt(object, 'kind') ?? '';
    await this.#kubectl.run(['delete', kind, nameOf(object), '--ignore-not-found', '--wait=false']);
    const uid = kind === 'PersistentVolume' ? refOf(object, 'claimRef') : refOf(object, 'volumeSnapshotRef');
    await rm(join(this.#folder, uid), { recursive: true, force: true });
  }
}

/** One object must not keep the others from being looked at. What was deleted meanwhile is gone in the next round. */
async function attempt(work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    console.warn(String(error));
  });
}

function isReady(snapshot: JsonObject): boolean {
  return valueAt(snapshot, 'status', 'readyToUse') === true;
}

function isOwnVolume(volume: JsonObject): boolean {
  return stringAt(volume, 'spec', 'storageClassName') === snapshotDriver;
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}

function placeOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'namespace') ?? '';
}

function uidOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'uid') ?? '';
}

function refOf(object: JsonObject, field: 'volumeSnapshotRef' | 'claimRef'): string {
  return stringAt(object, 'spec', field, 'uid') ?? '';
}
