import { describe, expect, it } from 'vitest';

import type { CopyJob } from '../../../../../src/domain/images/copy/copy-job.ts';
import { mostBatchBytes } from '../../../../../src/domain/images/copy/copy-batch.ts';
import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import { copyInBatches } from '../../../../../src/usecases/images/copy/copy-in-batches.ts';
import { memoryImage, memoryJob, memoryPorts, type MemoryPorts } from '../../../../fakes/memory-registry.ts';

const names = ['a', 'b', 'c', 'd'];

function jobsIn(ports: MemoryPorts, count = names.length): readonly CopyJob[] {
  return names.slice(0, count).map((name) => {
    const image = memoryImage({ [name]: 1 });
    ports.from.put(`shop/${name}`, '1', image);
    return memoryJob(image, ['1'], name);
  });
}

async function copyAll(ports: MemoryPorts, jobs: readonly CopyJob[], more: { bytes?: number; parallel?: number } = {}) {
  const { bytes = 1, parallel = 8 } = more;
  const manifests = new Map<string, Awaited<ReturnType<MemoryPorts['from']['read']>>>();
  for (const { source, digest } of jobs) manifests.set(digest, await ports.from.read(source.path, digest));
  const contentOf = ({ digest }: CopyJob) => {
    const manifest = manifests.get(digest);
    return manifest && { manifest, bytes };
  };
  const copier = copyInBatches({ parallel, contentOf }, ports);
  const ends = await Promise.allSettled(jobs.map((job) => copier.copy(job, '1')));
  return { copier, ends: ends.map(({ status }) => status) };
}

async function tagsOf(ports: MemoryPorts, jobs: readonly CopyJob[]) {
  const found = jobs.map(async ({ destination: { path }, digest }) => {
    return (await ports.to.read(path, '1'))?.digest === digest;
  });
  return Promise.all(found);
}

const all = [true, true, true, true];
const done = names.map(() => 'fulfilled');

describe('copyInBatches', () => {
  it('copies the content of several images at once, and sets their tags afterwards', async () => {
    const ports = memoryPorts();
    const jobs = jobsIn(ports);
    expect((await copyAll(ports, jobs)).ends).toEqual(done);
    expect(ports.batches).toEqual([jobs.map(({ digest }) => digest)]);
    expect(ports.copied).toEqual([]);
    expect(await tagsOf(ports, jobs)).toEqual(all);
  });

  it('copies an image by itself that its batch did not copy, and that copy says why', async () => {
    const failing = (job: CopyJob): void => {
      if (job.destination.path === 'new/b') throw new SyncFailure('denied', 'no');
    };
    const ports = memoryPorts({ beforeContent: failing, beforeCopy: failing });
    const jobs = jobsIn(ports);
    expect((await copyAll(ports, jobs)).ends).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(ports.copied).toEqual(['b.example/new/b:1']);
    expect(await tagsOf(ports, jobs)).toEqual([true, false, true, true]);
  });

  it('copies an image by itself whose tag the registry does not take from this program', async () => {
    const ports = memoryPorts();
    ports.to.tag = () => Promise.reject(new SyncFailure('refused', 'no'));
    const jobs = jobsIn(ports);
    await copyAll(ports, jobs);
    expect(ports.copied).toHaveLength(4);
    expect(await tagsOf(ports, jobs)).toEqual(all);
  });

  it('copies again by itself', async () => {
    const ports = memoryPorts();
    const jobs = jobsIn(ports);
    const { copier } = await copyAll(ports, jobs);
    await Promise.all(jobs.map((job) => copier.copy(job, '2')));
    expect(ports.batches).toHaveLength(1);
    expect(ports.copied).toHaveLength(4);
  });

  // The program takes such an image for complete, and a registry can have lost blobs of it.
  it('copies by itself what the destination has a manifest of', async () => {
    const ports = memoryPorts();
    const jobs = jobsIn(ports);
    const [first] = jobs;
    const manifest = await ports.from.read('shop/a', first?.digest ?? '');
    if (manifest !== undefined) ports.to.put('new/a', 'other', manifest);
    await copyAll(ports, jobs);
    expect(ports.copied).toEqual(['b.example/new/a:1']);
    expect(ports.batches).toEqual([jobs.slice(1).map(({ digest }) => digest)]);
  });

  it('copies each by itself where a push by digest sets a tag, or nothing can be said of the destination', async () => {
    const openShift = memoryPorts();
    openShift.to.tagsUntagged = () => Promise.resolve(true);
    const silent = memoryPorts();
    silent.to.head = () => Promise.reject(new SyncFailure('denied', 'no'));
    for (const ports of [openShift, silent]) {
      await copyAll(ports, jobsIn(ports));
      expect(ports.batches).toEqual([]);
      expect(ports.copied).toHaveLength(4);
    }
  });

  it('fails with an error that no registry gave', async () => {
    const ports = memoryPorts();
    ports.to.head = () => Promise.reject(new Error('defect'));
    expect((await copyAll(ports, jobsIn(ports))).ends).toEqual(names.map(() => 'rejected'));
    const later = memoryPorts();
    later.to.tag = () => Promise.reject(new Error('defect'));
    expect((await copyAll(later, jobsIn(later))).ends).toEqual(names.map(() => 'rejected'));
  });

  it('makes no batch of large images, of one image, and where one image is copied at a time', async () => {
    const [large, one, sequential] = [memoryPorts(), memoryPorts(), memoryPorts()];
    await copyAll(large, jobsIn(large), { bytes: mostBatchBytes + 1 });
    await copyAll(one, jobsIn(one, 1));
    await copyAll(sequential, jobsIn(sequential), { parallel: 1 });
    expect([large.batches, one.batches, sequential.batches]).toEqual([[], [], []]);
    expect([large, one, sequential].map(({ copied }) => copied.length)).toEqual([4, 1, 4]);
  });
});
