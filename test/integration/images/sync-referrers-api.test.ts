import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cosignTags, fallbackTag } from '../../../src/domain/oci/referrers.ts';
import { startReferrersRegistry } from '../../../testbed/clusters/referrers-registry.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { buildArtifact, buildFallback } from '../../fakes/oci-artifacts.ts';
import { buildImage, buildIndex, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import { writeWorkspace, planText, runSync, type SyncRun } from '../../fakes/sync-scene.ts';

const signatureType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const listType = 'application/spdx+json';

let folder: string;
/** Two registries that have the referrers API, and one that has not. */
let registries: Readonly<Record<'api' | 'otherApi' | 'plain', Registry>>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'referrers-'));
  const [api, otherApi, plain] = await Promise.all([
    startReferrersRegistry(path.join(folder, 'api')),
    startReferrersRegistry(path.join(folder, 'other-api')),
    startRegistry({ dir: path.join(folder, 'plain') }),
  ]);
  registries = { api, otherApi, plain };
});

afterAll(async () => {
  await Promise.all(Object.values(registries).map((registry) => registry.stop()));
  await rm(folder, { recursive: true, force: true });
});

/** Two platforms; one of them and the index are signed, and one of the signatures has a list of contents. */
function makeSigned(label: string) {
  const [amd64, arm64] = ['amd64', 'arm64'].map((name) =>
    buildImage([buildLayer(name, randomBytes(3000))], `${label}-${name}`, name),
  );
  if (amd64 === undefined || arm64 === undefined) throw new Error('two images were asked for');
  const index = buildIndex(new Map(Object.entries({ amd64, arm64 })));
  const ofIndex = buildArtifact(signatureType, randomBytes(300), index);
  const ofPlatform = buildArtifact(signatureType, randomBytes(300), arm64);
  const ofSignature = buildArtifact(listType, randomBytes(300), ofIndex);
  return { index, arm64, ofIndex, ofPlatform, ofSignature };
}

type Signed = ReturnType<typeof makeSigned>;

async function pushSigned(host: string, { index, ofIndex, ofPlatform, ofSignature }: Signed): Promise<void> {
  await pushImage(host, 'shop/web:1', index);
  for (const artifact of [ofIndex, ofPlatform, ofSignature]) {
    await pushImage(host, `shop/web:${artifact.digest}`, artifact);
  }
}

async function sync([from, to]: readonly [Registry, Registry], image: BuiltImage, name: string): Promise<SyncRun> {
  const entry = { source: 'shop/web', destination: `moved/${name}`, image, tags: ['1'] };
  const workspace = await writeWorkspace(folder, { 'plan.json': planText(from.host, to.host, [entry]) });
  return runSync(workspace, ['--source-registry-tls-verify=false', '--destination-registry-tls-verify=false']);
}

/** Types and digests of what a registry says to refer to a manifest, by its API or by the fallback tag. */
async function listed(url: string): Promise<readonly string[]> {
  const answer = await fetch(url, { headers: { accept: 'application/vnd.oci.image.index.v1+json' } });
  expect(answer.status, url).toBe(200);
  const { manifests } = (await answer.json()) as { manifests: { digest: string; artifactType: string }[] };
  return manifests.map(({ artifactType, digest }) => `${artifactType} ${digest}`);
}

describe('what the referrers API of a real registry lists', () => {
  it('is copied to a registry with the API, which lists all of it then, and is not copied again', async () => {
    const { api, otherApi } = registries;
    const signed = makeSigned('api');
    await pushSigned(api.host, signed);
    const first = await sync([api, otherApi], signed.index, 'api');
    expect([first.exitCode, first.results['referrer-count']], first.stderr).toEqual([0, '3']);
    const of = (image: BuiltImage) => listed(`http://${otherApi.host}/v2/moved/api/referrers/${image.digest}`);
    expect(await of(signed.index)).toEqual([`${signatureType} ${signed.ofIndex.digest}`]);
    expect(await of(signed.arm64)).toEqual([`${signatureType} ${signed.ofPlatform.digest}`]);
    expect(await of(signed.ofIndex)).toEqual([`${listType} ${signed.ofSignature.digest}`]);
    const second = await sync([api, otherApi], signed.index, 'api');
    expect((second.report?.items ?? []).map(({ reason }) => reason).sort()).toEqual([
      ...['present', 'referrer-present', 'referrer-present', 'referrer-present'],
    ]);
  });

  it('is copied to one without it, held by tags and listed under the fallback tags', async () => {
    const { api, plain } = registries;
    const signed = makeSigned('plain');
    await pushSigned(api.host, signed);
    const { exitCode, results, stderr } = await sync([api, plain], signed.index, 'plain');
    expect([exitCode, results['referrer-count']], stderr).toEqual([0, '3']);
    const of = (image: BuiltImage) =>
      listed(`http://${plain.host}/v2/moved/plain/manifests/${fallbackTag(image.digest)}`);
    expect(await of(signed.index)).toEqual([`${signatureType} ${signed.ofIndex.digest}`]);
    expect(await of(signed.arm64)).toEqual([`${signatureType} ${signed.ofPlatform.digest}`]);
    expect(await digestOf(plain.host, `moved/plain:${signed.ofSignature.digest}`)).toBe(signed.ofSignature.digest);
  });
});

describe('what a registry without the referrers API lists under fallback tags', () => {
  it("is copied to one with the API, which lists it by itself, beside cosign's tags", async () => {
    const { plain, otherApi } = registries;
    const signed = makeSigned('fallback');
    const old = buildArtifact(signatureType, randomBytes(200));
    const [sig = ''] = cosignTags(signed.index.digest);
    await pushImage(plain.host, 'shop/web:1', signed.index);
    const fallback = `shop/web:${fallbackTag(signed.index.digest)}`;
    await pushImage(plain.host, fallback, buildFallback([signed.ofIndex]));
    await pushImage(plain.host, `shop/web:${sig}`, old);
    const { exitCode, results, stderr } = await sync([plain, otherApi], signed.index, 'up');
    expect([exitCode, results['referrer-count']], stderr).toEqual([0, '2']);
    expect(await listed(`http://${otherApi.host}/v2/moved/up/referrers/${signed.index.digest}`)).toEqual([
      `${signatureType} ${signed.ofIndex.digest}`,
    ]);
    expect(await digestOf(otherApi.host, `moved/up:${sig}`)).toBe(old.digest);
    expect(await digestOf(otherApi.host, `moved/up:${fallbackTag(signed.index.digest)}`)).toBeUndefined();
  });
});
