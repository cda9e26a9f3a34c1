import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { parseSyncPlan } from '../../../src/domain/images/plan/sync-plan.ts';
import type { Resource } from '../../../src/domain/kube/resource.ts';
import { readTree, runTaskCommand, type CommandEnd } from '../../builders/command.ts';
import { buildImage, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import { startSyncScene, type SyncScene } from '../../fakes/sync-scene.ts';
import { requireToken } from '../../fakes/token-front.ts';
import { aDeployment, aResource } from '../../builders/image-plan.ts';

const inside = 'registry.internal:5000';
let scene: SyncScene;
const [web, job, fixed] = ['web', 'job', 'fixed'].map((label) =>
  buildImage([buildLayer('own', randomBytes(2000))], label),
);

beforeAll(async () => {
  scene = await startSyncScene();
  for (const [name, image] of Object.entries({ 'team/web:1': web, 'team/job:nightly': job, 'base/fixed:x': fixed })) {
    if (image) await pushImage(scene.source.host, name, image);
  }
});

afterAll(() => scene.stop());

const runningPod = aResource('Pod', 'web-1', {
  metadata: {
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6d4cf56db6', uid: '1', controller: true },
    ],
  },
  spec: { containers: [{ name: 'main', image: `${inside}/team/web:1` }] },
  status: { containerStatuses: [{ name: 'main', imageID: `${inside}/team/web@${web?.digest ?? ''}` }] },
});
const cronJob = aResource('CronJob', 'nightly', {
  apiVersion: 'batch/v1',
  spec: {
    jobTemplate: {
      spec: { template: { spec: { containers: [{ name: 'main', image: `${inside}/team/job:nightly` }] } } },
    },
  },
});
const application: readonly Resource[] = [
  aDeployment('web', `${inside}/team/web:1`),
  aDeployment('fixed', `${inside}/base/fixed@${fixed?.digest ?? ''}`),
  aDeployment('public', 'quay.io/team/web:1'),
  cronJob,
  runningPod,
];

interface Scene {
  readonly folder: string;
  readonly run: (task: string, ...flags: readonly string[]) => Promise<CommandEnd>;
}

async function prepare(name: string, resources = application): Promise<Scene> {
  const folder = path.join(scene.folder, name);
  await mkdir(path.join(folder, 'export/resources/shop'), { recursive: true });
  for (const [number, resource] of resources.entries()) {
    const file = path.join(folder, `export/resources/shop/${String(number)}.yaml`);
    await writeFile(file, yamlCodec.format(resource));
  }
  return {
    folder,
    run: (task, ...flags) => runTaskCommand([task, ...flags], { cwd: folder }),
  };
}

function planFlags(outside: string, destination: string): readonly string[] {
  return [
    '--registry-url=',
    '--internal-registry-url=',
    `--registries=${inside}=${outside}`,
    `--destination-registry-public=${destination}`,
    '--destination-registry-internal=registry.new:5000',
    '--destination-namespace=shop-new',
  ];
}

describe('images of a registry without ImageStreams', () => {
  it('are planned by what runs, copied with a login, and found by the workloads at the destination', async () => {
    const source = await scene.front(
      'source',
      requireToken((token) => token === 'secret-of-robot'),
    );
    const destination = await scene.front('destination');
    const { folder, run } = await prepare('moved');
    const planned = await run('crane-skopeo-sync-gen', ...planFlags(source.host, destination.host));
    expect(planned.exitCode, planned.stderr).toBe(0);
    const plan = parseSyncPlan(await readFile(path.join(folder, 'skopeo/plan.json'), 'utf8'), 'plan.json');
    expect(plan.images.map(({ digest, reason, usedBy }) => [digest, reason, usedBy])).toEqual([
      [fixed?.digest, 'named-by-digest', ['Deployment shop/fixed']],
      [web?.digest, 'running-image', ['Deployment shop/web', 'Pod shop/web-1']],
    ]);
    expect(plan.unpinned).toMatchObject([{ source: { host: source.host, path: 'team/job' }, tag: 'nightly' }]);

    const auth = { auths: { [source.host]: { username: 'robot', password: 'secret-of-robot' } } };
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(auth));
    const copied = await run('crane-skopeo-sync', '--registry-auth=config.json', `--ca-bundle=${scene.caFile}`);
    expect(copied.exitCode, copied.stderr).toBe(0);
    expect(copied.results).toMatchObject({ 'image-count': '3', 'copied-count': '3' });
    expect(await digestOf(scene.destination.host, 'shop-new/job:nightly')).toBe(job?.digest);

    const pairs = planned.results['registry-replacement'] ?? '';
    expect(pairs).toBe(`${inside}/base=registry.new:5000/shop-new,${inside}/team=registry.new:5000/shop-new`);
    expect(await readFile(path.join(folder, 'skopeo/registry-replacement.txt'), 'utf8')).toBe(pairs);
    const options = JSON.stringify({ 'registry-replacement': pairs });
    expect((await run('crane-transform', `--optional-flags=${options}`)).exitCode).toBe(0);
    expect((await run('crane-apply')).exitCode).toBe(0);
    const applied = Object.values(await readTree(path.join(folder, 'output'))).join('\n');
    expect([...applied.matchAll(/image: "?([^"\s]+)/g)].map(([, image]) => image).sort()).toEqual(
      [
        'quay.io/team/web:1',
        `registry.new:5000/shop-new/fixed@${fixed?.digest ?? ''}`,
        'registry.new:5000/shop-new/job:nightly',
        'registry.new:5000/shop-new/web:1',
      ].sort(),
    );
  });

  it('fail by name when a tag that nothing runs is gone', async () => {
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const { run } = await prepare('gone', [aDeployment('gone', `${inside}/team/gone:1`)]);
    const planned = await run('crane-skopeo-sync-gen', ...planFlags(source.host, destination.host));
    expect(planned.results['image-count']).toBe('1');
    const copied = await run('crane-skopeo-sync', `--ca-bundle=${scene.caFile}`);
    expect(copied.exitCode).toBe(4);
    expect(copied.stderr).toContain(`${source.host}/team/gone:1: there is no such tag`);
  });

  it('are refused before anything is written when two would get one place, and a mapping takes them apart', async () => {
    const two = [aDeployment('one', `${inside}/team/web:1`), aDeployment('other', `${inside}/base/web:1`)];
    const { folder, run } = await prepare('collision', two);
    const flags = planFlags('a.example', 'b.example');
    const refused = await run('crane-skopeo-sync-gen', ...flags);
    expect([refused.exitCode, refused.results['status']]).toEqual([2, 'name-collision']);
    await mkdir(path.join(folder, 'skopeo'), { recursive: true });
    await writeFile(path.join(folder, 'skopeo/map.yaml'), `repositories:\n  a.example/base/web: shop-new/base-web\n`);
    const mapped = await run('crane-skopeo-sync-gen', ...flags, '--mapping-file=map.yaml');
    expect(mapped.exitCode, mapped.stderr).toBe(0);
    expect(mapped.results['registry-replacement']).toBe(
      `${inside}/base/web=registry.new:5000/shop-new/base-web,${inside}/team=registry.new:5000/shop-new`,
    );
  });

  it.each([
    ['docker.io', 'short names'],
    ['https://registry.internal', 'expected host'],
    ['a.example=b.example=c.example', 'expected host'],
  ])('are not looked for in %s', async (registries, message) => {
    const { run } = await prepare('refused', []);
    const flags = planFlags('a.example', 'b.example').filter((flag) => !flag.startsWith('--registries'));
    const { exitCode, ending } = await run('crane-skopeo-sync-gen', ...flags, `--registries=${registries}`);
    expect(exitCode).toBe(2);
    expect(ending).toContain(message);
  });
});
