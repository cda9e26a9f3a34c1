import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startSmallApi } from '../../fakes/small-api.ts';
import { buildImage, buildIndex, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import {
  makeWorkspace,
  planText,
  runSync,
  startSyncScene,
  withClusterUids,
  type SyncScene,
} from '../../fakes/sync-scene.ts';

let scene: SyncScene;
const base = buildLayer('base', randomBytes(200_000));

beforeAll(async () => {
  scene = await startSyncScene();
});

afterAll(async () => {
  await scene.stop();
});

function makeImage(label: string, architecture = 'amd64'): BuiltImage {
  return buildImage([base, buildLayer('own', randomBytes(20_000))], label, architecture);
}

function makeIndex(): BuiltImage {
  return buildIndex(new Map(['amd64', 'arm64'].map((name) => [name, makeImage(name, name)])));
}

describe('a plan', () => {
  it('is copied with all tags and platforms, and a second run copies nothing', async () => {
    const [single, index] = [makeImage('single'), makeIndex()];
    await pushImage(scene.source.host, 'shop/web:1.0', single);
    await pushImage(scene.source.host, 'shop/multi:latest', index);
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const plan = planText(source.host, destination.host, [
      { source: 'shop/web', destination: 'moved/web', image: single, tags: ['1.0', 'latest', 'stable'] },
      { source: 'shop/multi', destination: 'moved/multi', image: index, tags: ['latest'] },
    ]);
    const workspace = await makeWorkspace(scene, { 'plan.json': plan });
    const flags = [`--ca-bundle=${scene.caFile}`];

    const first = await runSync(workspace, flags);
    expect(first.stderr).toContain('4 images: 4 copied, 0 there already, 0 skipped, 0 failed');
    expect(first.exitCode).toBe(0);
    for (const tag of ['1.0', 'latest', 'stable']) {
      expect(await digestOf(scene.destination.host, `moved/web:${tag}`)).toBe(single.digest);
    }
    expect(await digestOf(scene.destination.host, 'moved/multi:latest')).toBe(index.digest);
    for (const { digest } of index.children) {
      expect(await digestOf(scene.destination.host, `moved/multi:${digest}`)).toBe(digest);
    }
    const programs = first.report?.programs ?? {};
    expect(Object.keys(programs)).toEqual(['node', 'skopeo']);
    expect(programs['skopeo']).toMatch(/^1\.\d+/);
    expect(first.report?.items.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(
      Array(4).fill('done copied'),
    );

    const [readBefore, askedBefore] = [source.requests.length, destination.requests.length];
    const second = await runSync(workspace, flags);
    expect(second.exitCode).toBe(0);
    expect(Object.keys(second.report?.programs ?? {})).toEqual(['node']);
    expect(second.results).toMatchObject({
      'image-count': '4',
      'copied-count': '0',
      'present-count': '4',
      status: 'succeeded',
    });
    expect(second.results['IMAGES']).toContain(`${destination.host}/moved/multi@${index.digest}`);
    const asked = source.requests.slice(readBefore).map(({ path: url }) => url);
    expect(asked.filter((url) => !/^\/v2\/(?:$|shop\/\w+\/(?:tags\/list|referrers\/))/.test(url))).toEqual([]);
    expect(destination.requests.slice(askedBefore).every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(
      true,
    );
  });

  it('uploads a layer that many images share once', async () => {
    const images = Array.from({ length: 6 }, (_, number) => makeImage(`shared-${String(number)}`));
    await Promise.all(
      images.map((image, number) => pushImage(scene.source.host, `layers/app-${String(number)}:1`, image)),
    );
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const plan = planText(
      source.host,
      destination.host,
      images.map((image, number) => {
        const name = `app-${String(number)}`;
        return { source: `layers/${name}`, destination: `moved-layers/${name}`, image, tags: ['1'] };
      }),
    );
    const run = await runSync(await makeWorkspace(scene, { 'plan.json': plan }), [`--ca-bundle=${scene.caFile}`]);
    expect(run.exitCode).toBe(0);
    const uploads = destination.requests.filter(
      ({ method, path }) => method === 'PUT' && path.includes(encodeURIComponent(base.digest)),
    );
    expect(uploads).toHaveLength(1);
    const mounts = destination.requests.filter(
      ({ path }) => path.includes('mount=') && path.includes(encodeURIComponent(base.digest)),
    );
    expect(mounts).toHaveLength(5);
  });

  it('is refused when its digest is not the expected one', async () => {
    const workspace = await makeWorkspace(scene, { 'plan.json': planText('a.example', 'b.example', []) });
    const run = await runSync(workspace, [`--plan-digest=sha256:${'0'.repeat(64)}`]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/plan\.json: its digest is sha256:[0-9a-f]{64}, expected sha256:0{64}/);
  });

  it('is refused for another destination than it was made for', async () => {
    const workspace = await makeWorkspace(scene, { 'plan.json': planText('a.example', 'b.example', []) });
    const run = await runSync(workspace, ['--destination-registry-public=c.example']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('"c.example" was asked for, the plan has b.example');
  });

  it.each(['source-context', 'destination-context'])(
    'is not copied with the login of another cluster as %s',
    async (side) => {
      const api = await startSmallApi();
      api.answer({ '/api/v1/namespaces/kube-system': { metadata: { name: 'kube-system', uid: 'another' } } });
      try {
        const entry = { source: 'a/web', destination: 'moved/a', image: makeImage('login'), tags: ['1'] };
        const plan = withClusterUids(planText(scene.source.host, scene.destination.host, [entry]), {
          source: 'planned-source',
          destination: 'planned-destination',
        });
        const workspace = await makeWorkspace(scene, { 'plan.json': plan });
        const run = await runSync(workspace, [`--kubeconfig=${api.kubeconfig}`, `--${side}=source`]);
        expect([run.exitCode, run.results['status']]).toEqual([3, 'wrong-cluster']);
        expect(run.stderr).toMatch(/its UID is another, expected was planned-/);
      } finally {
        await api.stop();
      }
    },
  );
});

describe('a destination tag that means another image', () => {
  async function prepare(name: string) {
    const [planned, other] = [makeImage(`${name}-planned`), makeImage(`${name}-other`)];
    await pushImage(scene.source.host, `${name}/web:1`, planned);
    await pushImage(scene.destination.host, `moved/${name}:1`, other);
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const entry = { source: `${name}/web`, destination: `moved/${name}`, image: planned, tags: ['1'] };
    const workspace = await makeWorkspace(scene, { 'plan.json': planText(source.host, destination.host, [entry]) });
    return { planned, other, workspace };
  }

  it('fails the image by default and is not changed', async () => {
    const { other, workspace } = await prepare('conflict-fail');
    const run = await runSync(workspace, [`--ca-bundle=${scene.caFile}`]);
    expect(run.exitCode).toBe(4);
    expect(run.report?.items[0]).toMatchObject({
      outcome: 'failed',
      reason: 'tag-conflict',
      evidence: { 'destination-digest': other.digest },
    });
    expect(await digestOf(scene.destination.host, 'moved/conflict-fail:1')).toBe(other.digest);
  });

  it('is skipped when asked to', async () => {
    const { other, workspace } = await prepare('conflict-skip');
    const run = await runSync(workspace, [`--ca-bundle=${scene.caFile}`, '--if-exists=skip']);
    expect(run.exitCode).toBe(0);
    expect(run.results['skipped-count']).toBe('1');
    expect(await digestOf(scene.destination.host, 'moved/conflict-skip:1')).toBe(other.digest);
  });

  it('is replaced when asked to', async () => {
    const { planned, workspace } = await prepare('conflict-replace');
    const run = await runSync(workspace, [`--ca-bundle=${scene.caFile}`, '--if-exists=replace']);
    expect(run.exitCode).toBe(0);
    expect(await digestOf(scene.destination.host, 'moved/conflict-replace:1')).toBe(planned.digest);
  });
});

describe('a skopeo sync source file', () => {
  it('is copied: listed tags, listed digests, and all tags where the list is empty', async () => {
    const [one, two, three] = [makeImage('one'), makeImage('two'), makeImage('three')];
    await pushImage(scene.source.host, 'yaml/all:1', one);
    await pushImage(scene.source.host, 'yaml/all:2', two);
    await pushImage(scene.source.host, 'yaml/some:a', one);
    await pushImage(scene.source.host, 'yaml/some:b', two);
    await pushImage(scene.source.host, 'yaml/pinned:x', three);
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const images = { 'yaml/all': [], 'yaml/some': ['b'], 'yaml/pinned': [three.digest] };
    const workspace = await makeWorkspace(scene, { 'source.yaml': JSON.stringify({ [source.host]: { images } }) });
    const run = await runSync(workspace, [
      `--ca-bundle=${scene.caFile}`,
      `--destination-registry-public=${destination.host}`,
      '--destination-namespace=from-yaml',
    ]);
    expect(run.stderr).toContain('4 images: 4 copied');
    expect(await digestOf(scene.destination.host, 'from-yaml/all:2')).toBe(two.digest);
    expect(await digestOf(scene.destination.host, 'from-yaml/some:a')).toBeUndefined();
    expect(await digestOf(scene.destination.host, 'from-yaml/some:b')).toBe(two.digest);
    expect(await digestOf(scene.destination.host, `from-yaml/pinned:digest-${three.digest.slice(7, 23)}`)).toBe(
      three.digest,
    );
  });

  it('fails the repository whose tags cannot be listed, and copies the others', async () => {
    await pushImage(scene.source.host, 'listed/there:1', makeImage('there'));
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const images = { 'listed/there': [], 'listed/gone': [] };
    const workspace = await makeWorkspace(scene, { 'source.yaml': JSON.stringify({ [source.host]: { images } }) });
    const run = await runSync(workspace, [
      `--ca-bundle=${scene.caFile}`,
      `--destination-registry-public=${destination.host}`,
      '--destination-namespace=listed',
    ]);
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('listed/gone');
    expect(run.report?.items.map(({ id, reason }) => [id.replace(/^[^/]*\//, ''), reason])).toEqual(
      expect.arrayContaining([
        ['listed/gone', 'not-found'],
        ['listed/there:1', 'copied'],
      ]),
    );
  });

  it('is refused before anything is copied when two images would get one name', async () => {
    await pushImage(scene.source.host, 'first/web:1', makeImage('first'));
    await pushImage(scene.source.host, 'second/web:1', makeImage('second'));
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const images = { 'first/web': ['1'], 'second/web': ['1'] };
    const workspace = await makeWorkspace(scene, { 'source.yaml': JSON.stringify({ [source.host]: { images } }) });
    const run = await runSync(workspace, [
      `--ca-bundle=${scene.caFile}`,
      `--destination-registry-public=${destination.host}`,
      '--destination-namespace=one-name',
    ]);
    expect(run.exitCode).toBe(2);
    expect(run.results['status']).toBe('name-collision');
    expect(destination.requests).toHaveLength(0);
  });
});

describe('TLS', () => {
  it('is refused without the authority, and nothing is written', async () => {
    const image = makeImage('tls');
    await pushImage(scene.source.host, 'tls/web:1', image);
    const [source, destination] = [await scene.front('source'), await scene.front('destination')];
    const plan = planText(source.host, destination.host, [
      { source: 'tls/web', destination: 'moved/tls', image, tags: ['1'] },
    ]);
    const workspace = await makeWorkspace(scene, { 'plan.json': plan });
    const refused = await runSync(workspace, []);
    expect(refused.exitCode).toBe(3);
    expect(refused.results['status']).toBe('tls-untrusted');
    expect(await digestOf(scene.destination.host, 'moved/tls:1')).toBeUndefined();

    const allowed = await runSync(workspace, [
      '--source-registry-tls-verify=false',
      '--destination-registry-tls-verify=false',
    ]);
    expect(allowed.exitCode).toBe(0);
    const report = await readFile(`${workspace}/reports/crane-skopeo-sync.json`, 'utf8');
    expect(report).toContain('"source-registry-tls-verify": false');
  });
});
