import { describe, expect, it } from 'vitest';

import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import { copyImages } from '../../../../../src/usecases/images/copy/copy-images.ts';
import { readBlobs } from '../../../../../src/usecases/images/copy/read-blobs.ts';
import { memoryImage, memoryJob, memoryPorts, type MemoryPorts } from '../../../../fakes/memory-registry.ts';

const nothing = new Map<string, never>();
const megabyte = 1_000_000;

/** Puts one image for each name into the source and asks for all. */
async function prepare(ports: MemoryPorts, images: Readonly<Record<string, Record<string, number>>>) {
  return Promise.all(
    Object.entries(images).map(async ([name, blobs]) => {
      const image = memoryImage(blobs);
      ports.from.put(`shop/${name}`, '1', image);
      const job = memoryJob(image, ['1'], name);
      return {
        checked: { job, missing: ['1'], presentTag: undefined, items: [] },
        blobs: await readBlobs({ ...job.source, digest: job.digest }, ports.from),
      };
    }),
  );
}

/** Records how many copies ran together, and which were running when each began. */
function watch() {
  const running = new Set<string>();
  const beside = new Map<string, string[]>();
  return {
    beside,
    async beforeCopy({ destination: { path } }: { destination: { path: string } }): Promise<void> {
      const name = path.slice('new/'.length);
      beside.set(name, [...running]);
      running.add(name);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.delete(name);
    },
  };
}

describe('copyImages', () => {
  it('never runs more large copies than allowed', async () => {
    const seen = watch();
    const ports = memoryPorts(seen);
    const images = Object.fromEntries(
      Array.from({ length: 7 }, (_, number) => [`app${String(number)}`, { [`own${String(number)}`]: 100 * megabyte }]),
    );
    const items = await copyImages(await prepare(ports, images), { parallel: 2, retries: 0, arrived: nothing }, ports);
    expect(items).toHaveLength(7);
    expect(Math.max(...[...seen.beside.values()].map((names) => names.length))).toBe(1);
  });

  it('begins with the largest and lets followers wait for the base they share', async () => {
    const seen = watch();
    const ports = memoryPorts(seen);
    const transfers = await prepare(ports, {
      small: { base: 10 * megabyte, a: megabyte },
      large: { base: 10 * megabyte, b: 2 * megabyte },
      apart: { c: megabyte },
    });
    await copyImages(transfers, { parallel: 8, retries: 0, arrived: nothing }, ports);
    expect([...seen.beside.keys()]).toEqual(['large', 'apart', 'small']);
    expect(seen.beside.get('apart')).toEqual(['large']);
    expect(seen.beside.get('small')).not.toContain('large');
  });

  it('ends only the image that failed', async () => {
    const ports = memoryPorts({
      beforeCopy: ({ destination }) => {
        if (destination.path === 'new/bad') throw new SyncFailure('denied', 'pushing: 403');
      },
    });
    const items = await copyImages(
      await prepare(ports, { good: { a: 1 }, bad: { b: 1 } }),
      { parallel: 1, retries: 3, arrived: nothing },
      ports,
    );
    expect(items.map(({ item: { id, outcome, reason } }) => [id, outcome, reason]).sort()).toEqual([
      ['b.example/new/bad:1', 'failed', 'denied'],
      ['b.example/new/good:1', 'done', 'copied'],
    ]);
    expect(items.find(({ item }) => item.outcome === 'done')?.item.evidence).toMatchObject({ attempts: 1, bytes: 2 });
    expect(ports.warnings.join()).toContain('pushing: 403');
  });

  it('runs fewer after a registry asked for quiet', async () => {
    const seen = watch();
    const ports = memoryPorts({
      beforeCopy: async (job, attempt) => {
        if (job.destination.path === 'new/app0' && attempt === 1) throw new SyncFailure('rate-limited', '429');
        await seen.beforeCopy(job);
      },
    });
    const images = Object.fromEntries(
      Array.from({ length: 8 }, (_, number) => [
        `app${String(number)}`,
        { [`own${String(number)}`]: (100 - number) * megabyte },
      ]),
    );
    await copyImages(await prepare(ports, images), { parallel: 4, retries: 3, arrived: nothing }, ports);
    expect(seen.beside.get('app4')?.length).toBeLessThanOrEqual(2);
  });

  it('starts nothing more once the run is stopped, and says which images are missing', async () => {
    const ports = memoryPorts({
      beforeCopy: () => {
        ports.controller.abort();
      },
    });
    const items = await copyImages(
      await prepare(ports, { one: { a: 2 }, two: { b: 1 } }),
      { parallel: 1, retries: 0, arrived: nothing },
      ports,
    );
    expect(items.map(({ item: { id, reason } }) => [id, reason])).toEqual([
      ['b.example/new/one:1', 'copied'],
      ['b.example/new/two:1', 'interrupted'],
    ]);
  });
});
