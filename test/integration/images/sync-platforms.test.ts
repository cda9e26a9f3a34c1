import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { buildImage, buildIndex, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import { makeWorkspace, runSync, startSyncScene, type SyncScene } from '../../fakes/sync-scene.ts';

let scene: SyncScene;

beforeAll(async () => {
  scene = await startSyncScene();
});

afterAll(() => scene.stop());

it('copies the chosen platforms of an index into a registry that wants all manifests of one', async () => {
  const images = new Map(
    ['amd64', 'arm64', 's390x'].map((name) => [name, buildImage([buildLayer(name, randomBytes(2000))], name, name)]),
  );
  const index = buildIndex(images);
  await pushImage(scene.source.host, 'team/web:1', index);
  await pushImage(scene.source.host, 'team/plain:1', buildImage([buildLayer('plain', randomBytes(500))], 'plain'));
  const [source, destination] = [await scene.front('source'), await scene.front('destination')];
  const workspace = await makeWorkspace(scene, {
    'source.yaml': JSON.stringify({ [source.host]: { images: { 'team/web': ['1'], 'team/plain': ['1'] } } }),
  });
  const run = () =>
    runSync(workspace, [
      `--destination-registry-public=${destination.host}`,
      '--destination-namespace=moved',
      '--platforms=linux/amd64,linux/arm64',
      `--ca-bundle=${scene.caFile}`,
    ]);

  const first = await run();
  expect(first.exitCode, first.stderr).toBe(0);
  expect(first.results).toMatchObject({ 'image-count': '2', 'copied-count': '2' });
  const item = first.report?.items.find(({ id }) => id.endsWith('moved/web:1'));
  expect(item).toMatchObject({
    outcome: 'done',
    reason: 'reduced-index',
    evidence: { 'source-digest': index.digest, platforms: 'linux/amd64,linux/arm64', dropped: 'linux/s390x' },
  });
  expect(await digestOf(scene.destination.host, 'moved/web:1')).toBe(item?.evidence?.['digest']);
  const present = async (name: string) =>
    digestOf(scene.destination.host, `moved/web:${images.get(name)?.digest ?? ''}`);
  expect(await present('amd64')).toBe(images.get('amd64')?.digest);
  expect(await present('arm64')).toBe(images.get('arm64')?.digest);
  expect(await present('s390x')).toBeUndefined();

  const second = await run();
  expect(second.results).toMatchObject({ 'copied-count': '0', 'present-count': '2' });
});
