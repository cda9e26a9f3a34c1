import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cosignTags, fallbackTag } from '../../../src/domain/oci/referrers.ts';
import type { Fault, PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildArtifact, buildFallback, serveReferrers } from '../../fakes/oci-artifacts.ts';
import { buildImage, buildIndex, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import {
  makeWorkspace,
  planText,
  runSync,
  startSyncScene,
  type SyncRun,
  type SyncScene,
} from '../../fakes/sync-scene.ts';

let scene: SyncScene;

beforeAll(async () => {
  scene = await startSyncScene();
});

afterAll(() => scene.stop());

const signatureType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const listType = 'application/spdx+json';

function makeImage(label: string): BuiltImage {
  return buildImage([buildLayer('own', randomBytes(5000))], label);
}

type Decide = (request: PassingRequest) => Fault | undefined;

interface Prepared {
  readonly run: (...flags: readonly string[]) => Promise<SyncRun>;
  readonly sourceRequests: readonly PassingRequest[];
}

/** A plan of one image, between fronts that may break or add what a test wants. */
async function prepare(
  name: string,
  image: BuiltImage,
  fronts: { readonly source?: Decide; readonly destination?: Decide } = {},
): Promise<Prepared> {
  await pushImage(scene.source.host, `${name}/web:1`, image);
  const [source, destination] = [
    await scene.front('source', fronts.source),
    await scene.front('destination', fronts.destination),
  ];
  const entry = { source: `${name}/web`, destination: `moved/${name}`, image, tags: ['1'] };
  const workspace = await makeWorkspace(scene, { 'plan.json': planText(source.host, destination.host, [entry]) });
  return {
    run: (...flags) => runSync(workspace, [`--ca-bundle=${scene.caFile}`, ...flags]),
    sourceRequests: source.requests,
  };
}

const atDestination = (name: string, reference: string) =>
  digestOf(scene.destination.host, `moved/${name}:${reference}`);

function reasonsOf({ report }: SyncRun): readonly string[] {
  return (report?.items ?? []).map(({ outcome, reason }) => `${outcome} ${reason}`).sort();
}

describe('signatures under the tags of cosign', () => {
  it('are copied with the image, and are left out on request', async () => {
    const image = makeImage('cosign');
    const [signature, list] = [
      buildArtifact(signatureType, randomBytes(300)),
      buildArtifact(listType, randomBytes(400)),
    ];
    const [sig = '', , sbom = ''] = cosignTags(image.digest);
    await pushImage(scene.source.host, `cosign/web:${sig}`, signature);
    await pushImage(scene.source.host, `cosign/web:${sbom}`, list);
    const { run } = await prepare('cosign', image);

    const without = await run('--referrers=false');
    expect([without.exitCode, without.results['referrer-count']]).toEqual([0, '0']);
    expect(await atDestination('cosign', sig)).toBeUndefined();

    const first = await run();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.results).toMatchObject({ 'image-count': '1', 'present-count': '1', 'referrer-count': '2' });
    expect(first.stderr).toContain('; 2 signatures and other referrers, 0 failed');
    expect(await atDestination('cosign', sig)).toBe(signature.digest);
    expect(await atDestination('cosign', sbom)).toBe(list.digest);

    expect(reasonsOf(await run())).toEqual(['done present', 'done referrer-present', 'done referrer-present']);
  });

  it('of each platform of an index, and of what is signed itself, come too', async () => {
    const [one, two] = [makeImage('amd64'), makeImage('arm64')];
    const index = buildIndex(new Map(Object.entries({ amd64: one, arm64: two })));
    const list = buildArtifact(listType, randomBytes(400));
    const signatures = [two, list].map(() => buildArtifact(signatureType, randomBytes(300)));
    const tags = [cosignTags(two.digest)[0] ?? '', cosignTags(list.digest)[0] ?? ''];
    const sbom = cosignTags(index.digest)[2] ?? '';
    await pushImage(scene.source.host, `chain/web:${sbom}`, list);
    for (const [number, signature] of signatures.entries()) {
      await pushImage(scene.source.host, `chain/web:${tags[number] ?? ''}`, signature);
    }
    const { run } = await prepare('chain', index);
    const { exitCode, results, stderr } = await run();
    expect([exitCode, results['referrer-count']], stderr).toEqual([0, '3']);
    expect(await atDestination('chain', tags[1] ?? '')).toBe(signatures[1]?.digest);
  });

  it.each([
    ['fail', 4, 'failed tag-conflict'],
    ['skip', 0, 'skipped tag-conflict'],
    ['replace', 0, 'done referrer-copied'],
  ])('are treated by if-exists=%s where the tag means something else', async (ifExists, exitCode, reason) => {
    const name = `conflict-${ifExists}`;
    const image = makeImage(name);
    const [own, other] = [buildArtifact(signatureType, randomBytes(99)), buildArtifact(signatureType, randomBytes(98))];
    const [sig = ''] = cosignTags(image.digest);
    await pushImage(scene.source.host, `${name}/web:${sig}`, own);
    await pushImage(scene.destination.host, `moved/${name}:${sig}`, other);
    const { run } = await prepare(name, image);
    const done = await run(`--if-exists=${ifExists}`);
    expect(done.exitCode, done.stderr).toBe(exitCode);
    expect(reasonsOf(done)).toContain(reason);
    expect(await atDestination(name, sig)).toBe(ifExists === 'replace' ? own.digest : other.digest);
  });
});

describe('referrers without tags', () => {
  it('are listed under the fallback tag where neither side has the API, beside what others listed there', async () => {
    const image = makeImage('fallback');
    const [own, foreign] = [
      buildArtifact(signatureType, randomBytes(300), image),
      buildArtifact(listType, randomBytes(300), image),
    ];
    const tag = fallbackTag(image.digest);
    await pushImage(scene.source.host, `fallback/web:${tag}`, buildFallback([own]));
    await pushImage(scene.destination.host, `moved/fallback:${tag}`, buildFallback([foreign]));
    const { run } = await prepare('fallback', image);
    const first = await run();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.results['referrer-count']).toBe('1');
    expect(await atDestination('fallback', own.digest)).toBe(own.digest);
    const answer = await fetch(`http://${scene.destination.host}/v2/moved/fallback/manifests/${tag}`, {
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    });
    const { manifests } = (await answer.json()) as { manifests: { digest: string; annotations: unknown }[] };
    expect(manifests.map(({ digest }) => digest)).toEqual([foreign.digest, own.digest]);
    expect(manifests[1]?.annotations).toEqual({ made: 'by a test' });
    expect(reasonsOf(await run())).toEqual(['done present', 'done referrer-present']);
  });

  it('are pushed by digest where both sides have the API', async () => {
    const image = makeImage('api');
    const signature = buildArtifact(signatureType, randomBytes(300), image);
    const subjects = new Map([[image.digest, [signature]]]);
    await pushImage(scene.source.host, `api/web:${signature.digest}`, signature);
    const { run } = await prepare('api', image, {
      source: serveReferrers(subjects, [signature]),
      destination: serveReferrers(subjects),
    });
    const first = await run();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(reasonsOf(first)).toEqual(['done copied', 'done referrer-copied']);
    expect(await atDestination('api', signature.digest)).toBe(signature.digest);
    expect(await atDestination('api', fallbackTag(image.digest))).toBeUndefined();
    expect(reasonsOf(await run())).toEqual(['done present', 'done referrer-present']);
  });

  it('that are large come in pieces', async () => {
    const image = makeImage('large');
    const list = buildArtifact(listType, randomBytes(20_000_000));
    const [, , sbom = ''] = cosignTags(image.digest);
    await pushImage(scene.source.host, `large/web:${sbom}`, list);
    const { run, sourceRequests } = await prepare('large', image);
    const { exitCode, stderr } = await run();
    expect(exitCode, stderr).toBe(0);
    expect(await atDestination('large', sbom)).toBe(list.digest);
    const layer = list.blobs[1]?.digest ?? '';
    expect(sourceRequests.filter(({ path }) => path.endsWith(layer)).map(({ headers }) => headers.range)).toEqual([
      'bytes=0-4194303',
      'bytes=4194304-8388607',
      'bytes=8388608-12582911',
      'bytes=12582912-16777215',
      'bytes=16777216-19999999',
    ]);
  });
});

describe('what refers to an image, and cannot be copied', () => {
  it('fails by itself: the image is there, the exit code is 4, and the next run copies it', async () => {
    const image = makeImage('flip');
    const signature = buildArtifact(signatureType, randomBytes(3000));
    const [sig = ''] = cosignTags(image.digest);
    await pushImage(scene.source.host, `flip/web:${sig}`, signature);
    let broken = true;
    const layer = signature.blobs[1]?.digest ?? '';
    const { run } = await prepare('flip', image, {
      source: ({ method, path }) =>
        broken && method === 'GET' && path.endsWith(`/blobs/${layer}`) ? { kind: 'flip' } : undefined,
    });
    const first = await run();
    expect(first.exitCode).toBe(4);
    expect(reasonsOf(first)).toEqual(['done copied', 'failed wrong-content']);
    expect(first.results).toMatchObject({ 'failed-count': '0', 'referrer-count': '0', status: 'incomplete' });
    expect(await atDestination('flip', '1')).toBe(image.digest);
    expect(await atDestination('flip', sig)).toBeUndefined();
    broken = false;
    expect(reasonsOf(await run())).toEqual(['done present', 'done referrer-copied']);
  });

  it('is not skipped when the source does not say what there is', async () => {
    const image = makeImage('mute');
    const { run } = await prepare('mute', image, {
      source: ({ path }) => (path.includes('/referrers/') ? { kind: 'answer', status: 403 } : undefined),
    });
    const done = await run();
    expect(done.exitCode).toBe(4);
    expect(reasonsOf(done)).toEqual(['done copied', 'failed denied']);
    expect(done.stderr).toContain('referrers of ');
  });

  it('is looked for tag by tag where tags may not be listed', async () => {
    const image = makeImage('unlisted');
    const signature = buildArtifact(signatureType, randomBytes(300));
    const [sig = ''] = cosignTags(image.digest);
    await pushImage(scene.source.host, `unlisted/web:${sig}`, signature);
    const { run } = await prepare('unlisted', image, {
      source: ({ path }) => (path.includes('/tags/list') ? { kind: 'answer', status: 403 } : undefined),
    });
    const done = await run();
    expect([done.exitCode, done.results['referrer-count']], done.stderr).toEqual([0, '1']);
  });
});

describe('a destination that can hold no list of referrers', () => {
  const refuseLists: Decide = ({ method, path }) =>
    method === 'PUT' && /\/manifests\/sha256-/.test(path)
      ? { kind: 'answer', status: 400, body: '{"errors":[{"code":"MANIFEST_INVALID","message":"no indexes here"}]}' }
      : undefined;

  it.each([
    ['true', 4, 'failed referrers-refused'],
    ['best-effort', 0, 'skipped referrers-refused'],
  ])('is reported with the remedy; with referrers=%s the exit code is %d', async (referrers, exitCode, reason) => {
    const name = `listless-${referrers}`;
    const image = makeImage(name);
    const signature = buildArtifact(signatureType, randomBytes(300), image);
    await pushImage(scene.source.host, `${name}/web:${fallbackTag(image.digest)}`, buildFallback([signature]));
    const { run } = await prepare(name, image, { destination: refuseLists });
    const done = await run(`--referrers=${referrers}`);
    expect(done.exitCode, done.stderr).toBe(exitCode);
    expect(reasonsOf(done)).toEqual(['done copied', reason]);
    expect(done.report?.items.at(-1)?.message).toMatch(
      /no API for referrers and refuses .*no indexes here.*best-effort/,
    );
    expect(done.stderr).toContain(
      exitCode === 0 ? '1 skipped, 0 failed' : '; 1 signatures and other referrers, 1 failed',
    );
    expect(await atDestination(name, '1')).toBe(image.digest);
  });
});

describe('a repository that is copied with all its tags', () => {
  it('has its signatures copied once, as tags of their own', async () => {
    const image = makeImage('all');
    const [signature, list] = [
      buildArtifact(signatureType, randomBytes(300)),
      buildArtifact(listType, randomBytes(200), image),
    ];
    const [sig = ''] = cosignTags(image.digest);
    await pushImage(scene.source.host, 'all/web:1', image);
    await pushImage(scene.source.host, `all/web:${sig}`, signature);
    await pushImage(scene.source.host, `all/web:${fallbackTag(image.digest)}`, buildFallback([list]));
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const text = JSON.stringify({ [source.host]: { images: { 'all/web': [] } } });
    const run = await runSync(await makeWorkspace(scene, { 'source.yaml': text }), [
      `--ca-bundle=${scene.caFile}`,
      `--destination-registry-public=${destination.host}`,
      '--destination-namespace=moved-all',
    ]);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.results).toMatchObject({ 'image-count': '3', 'copied-count': '3', 'failed-count': '0' });
    expect(await digestOf(scene.destination.host, `moved-all/web:${sig}`)).toBe(signature.digest);
    expect(await digestOf(scene.destination.host, `moved-all/web:${list.digest}`)).toBe(list.digest);
  });
});
