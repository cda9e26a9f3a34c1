import { location } from '../../../../builders/image-plan.ts';
import { describe, expect, it } from 'vitest';

import type { SyncPlan, UnpinnedImage } from '../../../../../src/domain/images/plan/sync-plan.ts';
import { listJobs } from '../../../../../src/usecases/images/copy/list-jobs.ts';
import { memoryImage, memoryPorts } from '../../../../fakes/memory-registry.ts';

const image = memoryImage({ one: 1 });

function planOf(...tags: readonly string[]): SyncPlan {
  const unpinned = tags.map(
    (tag): UnpinnedImage => ({
      source: location('a.example/team/web'),
      destination: location('b.example/new/web'),
      tag,
      class: 'other-registry',
      reason: 'digest-unknown',
      usedBy: [],
    }),
  );
  return {
    schemaVersion: 1,
    source: { registry: '', internalRegistry: '' },
    destination: { registry: 'b.example', namespace: 'new' },
    images: [],
    ...(unpinned.length === 0 ? {} : { unpinned }),
    skipped: [],
    problems: [],
  };
}

describe('listJobs', () => {
  it('pins what a plan could not, with the digest that the tag has now', async () => {
    const ports = memoryPorts();
    ports.from.put('team/web', '1', image);
    const { jobs, items } = await listJobs(planOf('1'), ports);
    expect(items).toEqual([]);
    expect(jobs).toEqual([
      {
        source: { host: 'a.example', path: 'team/web' },
        destination: { host: 'b.example', path: 'new/web' },
        digest: image.digest,
        tags: ['1'],
      },
    ]);
  });

  it('fails a tag that is gone', async () => {
    const { jobs, items } = await listJobs(planOf('9'), memoryPorts());
    expect(jobs).toEqual([]);
    expect(items).toMatchObject([{ id: 'a.example/team/web:9', outcome: 'failed', reason: 'registry-refused' }]);
  });

  it('asks no registry for a plan that has all digests', async () => {
    const ports = memoryPorts();
    ports.from.head = () => Promise.reject(new Error('asked'));
    expect(await listJobs(planOf(), ports)).toEqual({ jobs: [], items: [] });
  });
});
