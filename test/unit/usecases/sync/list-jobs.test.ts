import { describe, expect, it } from 'vitest';

import { jobsOfSourceFile } from '../../../../src/usecases/sync/list-jobs.ts';
import { memoryImage, memoryPorts } from '../../../fakes/memory-registry.ts';

const target = { registry: 'b.example', path: 'new' };
const [one, two] = [memoryImage({ one: 1 }), memoryImage({ two: 1 })];

function request(path: string, ...references: string[]) {
  return { source: { registry: 'a.example', path }, references, verifyTls: undefined };
}

describe('jobsOfSourceFile', () => {
  it('makes one job of all tags with one digest', async () => {
    const ports = memoryPorts();
    for (const [tag, image] of [
      ['1', one],
      ['latest', one],
      ['2', two],
    ] as const)
      ports.from.put('shop/web', tag, image);
    const { jobs, items } = await jobsOfSourceFile([request('shop/web')], target, ports);
    expect(items).toEqual([]);
    expect(jobs.map(({ digest, tags }) => [digest, tags])).toEqual(
      [
        [one.digest, ['1', 'latest']],
        [two.digest, ['2']],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    expect(jobs[0]?.destination).toEqual({ registry: 'b.example', path: 'new/web' });
  });

  it('gives an image that is only named by its digest a tag of its own', async () => {
    const { jobs } = await jobsOfSourceFile([request('shop/web', one.digest)], target, memoryPorts());
    expect(jobs).toMatchObject([{ digest: one.digest, tags: [`digest-${one.digest.slice(7, 23)}`] }]);
  });

  it('fails a tag that is not there, and a repository that cannot be listed', async () => {
    const ports = memoryPorts();
    ports.from.put('shop/web', '1', one);
    const { jobs, items } = await jobsOfSourceFile(
      [request('shop/web', '1', '9'), request('shop/gone')],
      target,
      ports,
    );
    expect(jobs).toHaveLength(1);
    expect(items).toMatchObject([
      { id: 'a.example/shop/web:9', outcome: 'failed' },
      { id: 'a.example/shop/gone', outcome: 'failed', reason: 'not-found' },
    ]);
  });

  it('skips a repository without tags, with a word', async () => {
    const ports = memoryPorts();
    ports.from.listTags = () => Promise.resolve([]);
    const { items } = await jobsOfSourceFile([request('shop/empty')], target, ports);
    expect(items).toMatchObject([{ id: 'a.example/shop/empty', outcome: 'skipped', reason: 'no-tags' }]);
  });

  it('refuses two images for one name', async () => {
    const ports = memoryPorts();
    ports.from.put('shop/web', '1', one);
    ports.from.put('other/web', '1', two);
    const both = jobsOfSourceFile([request('shop/web', '1'), request('other/web', '1')], target, ports);
    await expect(both).rejects.toMatchObject({ code: 'name-collision' });
  });
});
