import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stringAt } from '../../src/domain/core/json-object.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import {
  claimItem,
  claimOf,
  helpersIn,
  inShell,
  listTree,
  makeNamespace,
  removeNamespace,
  startShell,
  transfer,
} from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const namespace = 'volumes-class';
const cluster = localKubectl('source');
const writer = { kubectl: cluster, namespace, name: 'writer' };
const reader = { kubectl: cluster, namespace, name: 'reader' };

beforeAll(async () => {
  await makeNamespace(cluster, namespace);
  const present = await cluster.get(['storageclass', 'local-path']);
  const metadata = { name: namespace, annotations: { defaultVolumeType: 'local' } };
  const another = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata,
    provisioner: stringAt(present, 'provisioner'),
    volumeBindingMode: stringAt(present, 'volumeBindingMode'),
  };
  await cluster.apply([another, claimOf(namespace, 'data', { storageClassName: 'local-path' })]);
  await startShell({ ...writer, claims: { '/data': 'data' } });
  await inShell(
    writer,
    'mkdir -p /data/in; head -c 2000000 /dev/urandom > /data/in/random; ln /data/in/random /data/same',
  );
});

afterAll(async () => {
  await removeNamespace(cluster, namespace);
  await cluster.run(['delete', 'storageclass', namespace, '--ignore-not-found']);
});

describe('a claim within its namespace', () => {
  it('is copied to one of another storage class, under another name', async () => {
    const moved = await transfer({
      'source-namespace': namespace,
      'source-pvc-name': 'data:data-fast',
      'dest-context': 'source',
      'storage-class-map': `local-path=${namespace}`,
      'endpoint-type': '',
      'transfer-image': await loadTransferImage(),
      verify: 'true',
    });
    expect(moved, moved.stderr).toMatchObject({ exitCode: 0, status: 'succeeded' });
    expect(claimItem(moved, `${namespace}/data`)).toMatchObject({ outcome: 'done', evidence: { proof: 'checksum' } });
    const copy = await cluster.get(['persistentvolumeclaim', 'data-fast', '-n', namespace]);
    expect(stringAt(copy, 'spec', 'storageClassName')).toBe(namespace);
    await startShell({ ...reader, claims: { '/data': 'data-fast' } });
    expect(await listTree(reader, '/data')).toBe(await listTree(writer, '/data'));
    expect(await helpersIn(cluster, namespace)).toEqual([]);
  });
});
