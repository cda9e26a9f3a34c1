import { beforeEach, describe, expect, it } from 'vitest';

import { SyncFailure, type FailureKind } from '../../../../src/domain/oci/failure.ts';
import { deleteExport } from '../../../../src/usecases/exports/delete-export.ts';
import { finishExport, startExport } from '../../../../src/usecases/exports/export-run.ts';
import { findExport, listExports } from '../../../../src/usecases/exports/export-store.ts';
import { pruneExports } from '../../../../src/usecases/exports/prune-exports.ts';
import { anExport } from '../../../builders/exports.ts';
import { silentLog } from '../../../builders/test-cluster.ts';
import { MemoryExports } from '../../../fakes/memory-exports.ts';
import { memoryImage, MemoryRegistry } from '../../../fakes/memory-registry.ts';

const begun = anExport({ digest: '' });
const image = memoryImage({ layer: 5 });
const path = 'team/exports';
let memory: MemoryExports;
let registry: MemoryRegistry;
let time = Date.parse('2026-01-01T00:00:00Z');

beforeEach(() => {
  memory = new MemoryExports();
  registry = new MemoryRegistry();
  registry.referrersApi = new Map();
});

function ports() {
  return {
    store: memory.store('a', () => time),
    registry: () => registry,
    anonymous: () => registry,
    log: silentLog,
    sleep: () => Promise.resolve(),
  };
}

async function publish(id = 'id1') {
  const { store } = ports();
  const started = await startExport(store, { ...begun, id, image: `registry.example.com/${path}:${id}_week-3` });
  registry.put(path, `${id}_week-3`, image);
  return finishExport(store, started, { digest: image.digest, size: 5, isPublic: true });
}

function failing(method: 'delete' | 'listTags' | 'head', kind: FailureKind): void {
  const refuse = (): Promise<never> => Promise.reject(new SyncFailure(kind, `asking: ${kind}`));
  Object.assign(registry, { [method]: refuse });
}

describe('a deletion', () => {
  it('removes image and referrers, and is done once', async () => {
    const about = memoryImage({ about: 1 });
    const stored = await publish();
    registry.put(path, 'about', about);
    registry.referrersApi?.set(`${path}@${image.digest}`, [{ digest: about.digest, descriptor: {} }]);
    expect(await deleteExport(stored, false, ports())).toMatchObject({ outcome: 'done', reason: 'deleted' });
    expect(registry.content.size).toBe(0);
    const present = await findExport(ports().store, 'id1');
    expect(present?.entry.state).toBe('deleted');
    if (present === undefined) return;
    expect(await deleteExport(present, false, ports())).toMatchObject({ outcome: 'skipped', reason: 'gone-already' });
  });

  it('needs a confirmation for other tags of the image, and marks their exports', async () => {
    const stored = await publish();
    await publish('id2');
    expect(await deleteExport(stored, false, ports())).toMatchObject({ outcome: 'failed', reason: 'shared-digest' });
    expect(await deleteExport(stored, true, ports())).toMatchObject({ outcome: 'done' });
    const { exports } = await listExports(ports().store);
    expect(exports.map(({ entry }) => entry.state)).toEqual(['deleted', 'deleted']);
  });

  it('continues when the registry does not list its tags', async () => {
    const stored = await publish();
    failing('listTags', 'denied');
    expect(await deleteExport(stored, false, ports())).toMatchObject({ outcome: 'done' });
  });

  it('that the registry accepts and does not do has failed', async () => {
    const stored = await publish();
    registry.delete = () => Promise.resolve(true);
    expect(await deleteExport(stored, false, ports())).toMatchObject({ outcome: 'failed', reason: 'still-there' });
    expect((await findExport(ports().store, 'id1'))?.entry).toMatchObject({
      state: 'delete-failed',
      message: expect.stringContaining('still has') as string,
    });
  });

  it('that fails before it began leaves the record as it was', async () => {
    const stored = await publish();
    failing('head', 'unavailable');
    expect(await deleteExport(stored, false, ports())).toMatchObject({ outcome: 'failed' });
    expect((await findExport(ports().store, 'id1'))?.entry.state).toBe('ready');
  });

  it('that is stopped ends with the interruption', async () => {
    const stored = await publish();
    failing('delete', 'interrupted');
    await expect(deleteExport(stored, false, ports())).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a prune', () => {
  const rules = { age: 1000, count: undefined };

  it('lists, and then deletes images and records without an image', async () => {
    await publish();
    await startExport(
      memory.store('dead', () => time),
      { ...begun, id: 'id2' },
    );
    time += 600_000;
    const request = { retention: rules, workload: '', dryRun: true };
    expect((await pruneExports(request, ports())).items).toMatchObject([
      { reason: 'would-delete' },
      { reason: 'would-delete' },
    ]);
    expect((await pruneExports({ ...request, workload: 'other' }, ports())).items).toEqual([]);
    expect((await pruneExports({ ...request, dryRun: false }, ports())).items).toMatchObject([
      { reason: 'deleted' },
      { reason: 'record-deleted' },
    ]);
    expect((await listExports(ports().store)).exports.map(({ entry }) => entry.id)).toEqual(['id1']);
  });
});
