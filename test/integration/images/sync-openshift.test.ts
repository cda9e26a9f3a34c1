import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cosignTags, fallbackTag } from '../../../src/domain/oci/referrers.ts';
import { startReferrersRegistry } from '../../../testbed/clusters/referrers-registry.ts';
import { buildArtifact } from '../../fakes/oci-artifacts.ts';
import { buildImage, buildLayer, pushImage } from '../../fakes/oci-images.ts';
import { listAt, stringAt } from '../../../testbed/openshift/json.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';
import { dockerTypes, indexBytes, type ManifestBytes } from '../../../testbed/openshift/testing/registry-client.ts';
import { kubeconfigText, planText, runSync, type SyncRun } from '../../fakes/sync-scene.ts';

let environment: Environment;
let single: ManifestBytes;
let index: ManifestBytes;
const tokens = { source: '', destination: '', stranger: '' };

beforeAll(async () => {
  environment = await startEnvironment();
  for (const name of ['shop', 'moved', 'elsewhere']) await environment.createNamespace(name);
  const builder = environment.front(await environment.createToken('shop', { shop: 'system:image-builder' }));
  single = await builder.pushImage('shop/web', '1.0', 'web');
  const images = [
    await builder.pushImage('shop/multi', 'amd64', 'amd64'),
    await builder.pushImage('shop/multi', 'arm64', 'arm64'),
  ];
  const platforms = ['amd64', 'arm64'].map((architecture) => ({ architecture, os: 'linux' }));
  index = indexBytes(dockerTypes.list, images, platforms);
  await builder.putManifest('shop/multi', 'latest', index);
  await builder.close();
  tokens.source = await environment.createToken('shop', { shop: 'system:image-puller' });
  tokens.destination = await environment.createToken('moved', { moved: 'system:image-builder' });
  tokens.stranger = await environment.createToken('elsewhere');
});

afterAll(async () => {
  await environment.stop();
});

async function sync(name: string, destinationToken: string): Promise<SyncRun> {
  const { frontHost, dir, caFile } = environment;
  const entries = [
    { source: 'shop/web', destination: 'moved/web', image: single, tags: ['1.0', 'latest'] },
    { source: 'shop/multi', destination: 'moved/multi', image: index, tags: ['latest'] },
  ];
  const workspace = path.join(dir, name);
  await writeFile(
    path.join(dir, `${name}-kubeconfig`),
    kubeconfigText({ source: { token: tokens.source }, destination: { token: destinationToken } }),
  );
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'plan.json'), planText(frontHost, frontHost, entries));
  const login = [
    `--kubeconfig=${path.join(dir, `${name}-kubeconfig`)}`,
    '--source-context=source',
    '--destination-context=destination',
  ];
  return runSync(workspace, [...login, `--ca-bundle=${caFile}`]);
}

async function tagsOf(stream: string): Promise<readonly (string | undefined)[]> {
  const path = `/apis/image.openshift.io/v1/namespaces/moved/imagestreams/${stream}`;
  const { body } = await environment.kube.send({ method: 'GET', path });
  return listAt(body, 'status', 'tags').map(
    (tag) => `${stringAt(tag, 'tag') ?? ''} ${stringAt(listAt(tag, 'items')[0], 'image') ?? ''}`,
  );
}

describe("OpenShift's registry", () => {
  it('gets nothing from an account without the right, and the message names the role', async () => {
    const run = await sync('stranger', tokens.stranger);
    expect(run.exitCode).toBe(3);
    expect(run.results['status']).toBe('unauthorized');
    expect(run.stderr).toContain('system:image-builder');
  });

  it('gets streams with all tags and platforms from two accounts of one registry, and nothing the second time', async () => {
    const first = await sync('copied', tokens.destination);
    expect(first.stderr).toContain('3 images: 3 copied');
    expect(first.exitCode).toBe(0);
    expect(await tagsOf('web')).toEqual([`1.0 ${single.digest}`, `latest ${single.digest}`]);
    expect(await tagsOf('multi')).toEqual([`latest ${index.digest}`]);
    const second = await sync('copied', tokens.destination);
    expect(second.results).toMatchObject({ 'present-count': '3', 'copied-count': '0' });
  });

  it('gets what the referrers API of another registry lists, under the fallback tag, with the platform it insists on', async () => {
    const outside = await startReferrersRegistry(path.join(environment.dir, 'referrers'));
    const { frontHost, dir, caFile } = environment;
    try {
      const image = buildImage([buildLayer('web', randomBytes(2000))], 'signed');
      const [bundle, signature] = [buildArtifact('application/spdx+json', randomBytes(200), image)].concat(
        buildArtifact('application/vnd.dev.cosign.simplesigning.v1+json', randomBytes(200)),
      );
      if (bundle === undefined || signature === undefined) throw new Error('two artifacts were asked for');
      const [sig = ''] = cosignTags(image.digest);
      await pushImage(outside.host, 'shop/signed:1', image);
      await pushImage(outside.host, `shop/signed:${bundle.digest}`, bundle);
      await pushImage(outside.host, `shop/signed:${sig}`, signature);
      const entry = { source: 'shop/signed', destination: 'moved/signed', image, tags: ['1'] };
      const workspace = path.join(dir, 'signed');
      await mkdir(workspace, { recursive: true });
      await writeFile(path.join(workspace, 'plan.json'), planText(outside.host, frontHost, [entry]));
      await writeFile(
        path.join(dir, 'signed-kubeconfig'),
        kubeconfigText({ destination: { token: tokens.destination } }),
      );
      const flags = [`--kubeconfig=${path.join(dir, 'signed-kubeconfig')}`, '--destination-context=destination'];
      const run = () => runSync(workspace, [...flags, '--source-registry-tls-verify=false', `--ca-bundle=${caFile}`]);
      const first = await run();
      expect([first.exitCode, first.results['referrer-count']], first.stderr).toEqual([0, '2']);
      const tag = fallbackTag(image.digest);
      const client = environment.front(tokens.destination);
      const { body } = await client.send('GET', `/v2/moved/signed/manifests/${tag}`);
      await client.close();
      expect(JSON.parse(body.toString())).toMatchObject({
        manifests: [{ digest: bundle.digest, platform: { architecture: 'unknown', os: 'unknown' } }],
      });
      expect(await tagsOf('signed')).toEqual(
        expect.arrayContaining([`1 ${image.digest}`, `${sig} ${signature.digest}`]),
      );
      expect((await run()).results).toMatchObject({ 'present-count': '1', 'referrer-count': '2' });
    } finally {
      await outside.stop();
    }
  });
});
