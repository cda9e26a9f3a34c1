import { describe, expect, it } from 'vitest';

import type { CopyJob } from '../../../../../src/domain/images/copy/copy-job.ts';
import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import {
  checkDestination,
  parseIfExists,
  type CheckedJob,
  type IfExists,
} from '../../../../../src/usecases/images/copy/check-destination.ts';
import {
  memoryImage,
  memoryIndex,
  memoryJob,
  memoryPorts,
  type MemoryPorts,
} from '../../../../fakes/memory-registry.ts';

async function checkOne(job: CopyJob, ifExists: IfExists, ports: MemoryPorts): Promise<CheckedJob> {
  const [checked] = await checkDestination([job], ifExists, ports);
  if (checked === undefined) throw new Error('no job was checked');
  return checked;
}

const image = memoryImage({ own: 10 });
const other = memoryImage({ other: 10 });

describe('checkDestination', () => {
  it('finds what is missing and what is there', async () => {
    const ports = memoryPorts();
    ports.to.put('new/web', '1', image);
    const checked = await checkOne(memoryJob(image, ['1', '2']), 'fail', ports);
    expect(checked.missing).toEqual(['2']);
    expect(checked.presentTag).toBe('1');
    expect(checked.items).toEqual([
      { id: 'b.example/new/web:1', outcome: 'done', reason: 'present', evidence: { digest: image.digest } },
    ]);
  });

  it('does not take an index for present that lacks a platform', async () => {
    const ports = memoryPorts();
    const index = memoryIndex([image, other]);
    ports.to.put('new/web', '1', index);
    ports.to.content.set(`new/web@${image.digest}`, image);
    expect((await checkOne(memoryJob(index), 'fail', ports)).missing).toEqual(['1']);
    ports.to.content.set(`new/web@${other.digest}`, other);
    expect((await checkOne(memoryJob(index), 'fail', ports)).presentTag).toBe('1');
  });

  it('reads no manifest of an image that is there, and reads what HEAD leaves open', async () => {
    const ports = memoryPorts();
    const index = memoryIndex([image]);
    for (const [tag, manifest] of Object.entries({ same: image, other, index })) ports.to.put('new/web', tag, manifest);
    const reads: string[] = [];
    const read = ports.to.read.bind(ports.to);
    ports.to.head = (path, reference) => read(path, reference);
    ports.to.read = (path, reference) => {
      reads.push(reference);
      return read(path, reference);
    };
    await checkOne(memoryJob(image, ['same', 'other', 'none']), 'fail', ports);
    await checkOne(memoryJob(index, ['index']), 'fail', ports);
    expect(reads).toEqual(['other', 'index']);
  });

  it('does not believe HEAD that a tag means another image', async () => {
    const ports = memoryPorts();
    ports.to.put('new/web', '1', image);
    ports.to.head = () => Promise.resolve(other);
    expect((await checkOne(memoryJob(image), 'fail', ports)).presentTag).toBe('1');
    ports.to.head = () => Promise.resolve({ ...image, mediaType: 'text/html' });
    expect((await checkOne(memoryJob(image), 'fail', ports)).presentTag).toBe('1');
    ports.to.read = () => Promise.resolve(undefined);
    expect((await checkOne(memoryJob(image), 'fail', ports)).missing).toEqual(['1']);
  });

  it('settles a tag that means another image as asked for', async () => {
    const ports = memoryPorts();
    ports.to.put('new/web', '1', other);
    const failed = await checkOne(memoryJob(image), 'fail', ports);
    expect(failed.items).toMatchObject([
      { outcome: 'failed', reason: 'tag-conflict', evidence: { 'destination-digest': other.digest } },
    ]);
    const skipped = await checkOne(memoryJob(image), 'skip', ports);
    expect(skipped.items).toMatchObject([{ outcome: 'skipped', reason: 'tag-conflict' }]);
    const replaced = await checkOne(memoryJob(image), 'replace', ports);
    expect(replaced).toMatchObject({ items: [], missing: ['1'], presentTag: undefined });
  });

  it('makes a failed item of a question that failed', async () => {
    const ports = memoryPorts();
    ports.to.read = () => Promise.reject(new SyncFailure('unavailable', 'GET: 502'));
    const { items, missing } = await checkOne(memoryJob(image), 'fail', ports);
    expect(missing).toEqual([]);
    expect(items).toMatchObject([{ id: 'b.example/new/web:1', outcome: 'failed', reason: 'unavailable' }]);
  });

  it.each(['denied', 'not-found', 'unauthorized', 'refused', 'wrong-content'] as const)(
    'leaves it to the copy what a tag means after %s',
    async (kind) => {
      const ports = memoryPorts();
      ports.to.read = () => Promise.reject(new SyncFailure(kind, 'GET: odd'));
      expect(await checkOne(memoryJob(image), 'fail', ports)).toMatchObject({ items: [], missing: ['1'] });
    },
  );

  it('does not hide a defect as a failed item', async () => {
    const ports = memoryPorts();
    ports.to.read = () => Promise.reject(new TypeError('defect'));
    await expect(checkOne(memoryJob(image), 'fail', ports)).rejects.toThrow(TypeError);
  });
});

describe('parseIfExists', () => {
  it('takes the three choices', () => {
    expect(['fail', 'skip', 'replace'].map(parseIfExists)).toEqual(['fail', 'skip', 'replace']);
  });
});
