import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startRegistry } from '../testbed/clusters/registry.ts';
import { buildImage, buildLayer, pushImage } from '../test/fakes/oci-images.ts';
import { planText, type PlanEntry } from '../test/fakes/sync-scene.ts';
import { measure, type Measurement } from './measure.ts';

const tagsOfARepository = 100;
const sixteen = 16;

/** Copies small images with so many tags, a hundred in each repository, between two registries on loopback, and again. */
export async function copyTags(tags: number): Promise<[string, Measurement][]> {
  const dir = await mkdtemp('/dev/shm/bench-tags-');
  const [source, destination] = await Promise.all(
    ['source', 'destination'].map((name) => startRegistry({ dir: join(dir, name) })),
  );
  try {
    if (source === undefined || destination === undefined) throw new Error('no registries');
    const entries = await fill(source.host, tags);
    await writeFile(join(dir, 'plan.json'), planText(source.host, destination.host, entries));
    const unverified = ['source', 'destination'].map((name) => `--${name}-registry-tls-verify=false`);
    const command = [
      'node',
      'dist/crane-tasks.mjs',
      'crane-skopeo-sync',
      `--skopeo-dir=${dir}`,
      ...unverified,
    ] as const;
    const first = await measure(command);
    return [
      ['`crane-skopeo-sync`, first run', first],
      ['`crane-skopeo-sync`, nothing to do', await measure(command)],
    ];
  } finally {
    await Promise.all([source?.stop(), destination?.stop()]);
    await rm(dir, { recursive: true, force: true });
  }
}

/** One image for each repository, under all of its tags. */
async function fill(host: string, tags: number): Promise<readonly PlanEntry[]> {
  const entries: PlanEntry[] = [];
  const layer = buildLayer('file', Buffer.alloc(1000));
  for (let number = 0; number * tagsOfARepository < tags; number += 1) {
    const image = buildImage([layer], `app-${String(number)}`);
    const names = Array.from({ length: tagsOfARepository }, (_, tag) => `v${String(tag)}`);
    const repository = `bench/app-${String(number)}`;
    await pushImage(host, `${repository}:${names[0] ?? ''}`, image);
    for (let from = 1; from < names.length; from += sixteen) {
      const some = names.slice(from, from + sixteen);
      await Promise.all(some.map((tag) => pushImage(host, `${repository}:${tag}`, { ...image, blobs: [] })));
    }
    entries.push({ source: repository, destination: `moved/app-${String(number)}`, image, tags: names });
  }
  return entries;
}
