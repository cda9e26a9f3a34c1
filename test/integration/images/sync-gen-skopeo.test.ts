import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { Resource } from '../../../src/domain/kube/resource.ts';
import type { FaultProxy } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import { startSyncScene, type SyncScene } from '../../fakes/sync-scene.ts';
import { aDeployment, aStream, internal } from '../../builders/image-plan.ts';
import { runSyncGen } from './sync-gen.ts';

let scene: SyncScene;
let source: FaultProxy;

beforeAll(async () => {
  scene = await startSyncScene();
  // Old versions of skopeo ask for TLS when a source file does not say otherwise, whatever the flags say.
  source = await scene.front('source');
});

afterAll(() => scene.stop());

const layer = buildLayer('file', Buffer.from('content'));
const image = (label: string): BuiltImage => buildImage([layer], label);

/** Plans these resources and gives the source file to plain skopeo. */
async function sync(name: string, resources: readonly Resource[]) {
  const exported = path.join(scene.folder, name, 'export');
  const skopeo = path.join(scene.folder, name, 'skopeo');
  await mkdir(exported, { recursive: true });
  for (const [number, resource] of resources.entries()) {
    await writeFile(path.join(exported, `${String(number)}.yaml`), yamlCodec.format(resource));
  }
  const { exitCode } = await runSyncGen({
    'registry-url': source.host,
    'destination-registry-public': scene.destination.host,
    'destination-namespace': name,
    'export-dir': exported,
    'skopeo-dir': skopeo,
  });
  expect(exitCode).toBe(0);
  const file = path.join(skopeo, 'source.yaml');
  const place = `${scene.destination.host}/${name}`;
  const args = ['sync', '--all', '--src=yaml', '--dest=docker', '--dest-tls-verify=false', file, place];
  return execa('skopeo', args, { reject: false, all: true, env: { SSL_CERT_FILE: scene.caFile } });
}

describe('plain skopeo sync', () => {
  it('copies exactly the planned tags and digests', async () => {
    const [one, two, kept, old, other] = ['one', 'two', 'kept', 'old', 'other'].map(image);
    const images: Readonly<Record<string, BuiltImage | undefined>> = {
      'shop/web:1.10': one,
      'shop/web:latest': two,
      'shop/tool:kept': kept,
      'shop/web:old': old,
      'shop/other:1': other,
    };
    for (const [name, built] of Object.entries(images)) if (built) await pushImage(scene.source.host, name, built);
    const reference = (repository: string, built?: BuiltImage) => `${internal}/${repository}@${built?.digest ?? ''}`;
    const run = await sync('shop-new', [
      aStream('web', {
        '1.10': { items: [reference('shop/web', one)] },
        latest: { items: [reference('shop/web', two)] },
      }),
      aStream('python', { 3: { items: [reference('library/python', other).replace(internal, 'docker.io')] } }),
      aDeployment('tool', reference('shop/tool', kept)),
    ]);

    expect(run.all).toContain('Synced 3 images from 2 sources');
    expect(run.exitCode).toBe(0);
    expect(await digestOf(scene.destination.host, 'shop-new/web:1.10')).toBe(one?.digest);
    expect(await digestOf(scene.destination.host, 'shop-new/web:latest')).toBe(two?.digest);
    expect(await digestOf(scene.destination.host, `shop-new/tool:${kept?.digest ?? ''}`)).toBe(kept?.digest);
    expect(await digestOf(scene.destination.host, 'shop-new/web:old')).toBeUndefined();
    expect(await digestOf(scene.destination.host, 'shop-new/other:1')).toBeUndefined();
  });

  it('copies nothing when nothing is planned, where crane’s empty lists mean every tag', async () => {
    await pushImage(scene.source.host, 'shop/web:1', image('one'));
    const run = await sync('empty', [aDeployment('web', 'docker.io/library/web:1')]);
    expect(run.exitCode).toBe(0);
    expect(run.all).toContain('Synced 0 images from 0 sources');
    expect(await digestOf(scene.destination.host, 'empty/web:1')).toBeUndefined();
  });
});
