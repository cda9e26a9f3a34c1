import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Fault, PassingRequest } from '../../fakes/fault-proxy.ts';
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

type Decide = (request: PassingRequest) => Fault | undefined;

interface Fronts {
  readonly source?: Decide;
  readonly destination?: Decide;
}

const shared = buildLayer('shared', randomBytes(50_000));
const makeImage = (label: string): BuiltImage =>
  buildImage([shared, buildLayer('own', randomBytes(20_000))], `matrix-${label}`);

/** Copies images to `moved/<name>-<number>:1`, of which the source has each as `<name>/app-<number>:1`. */
async function copy(
  name: string,
  images: readonly { readonly digest: string }[],
  fronts: Fronts = {},
): Promise<SyncRun> {
  const source = await scene.front('source', fronts.source);
  const destination = await scene.front('destination', fronts.destination);
  const entries = images.map((image, number) => ({
    source: `${name}/app-${String(number)}`,
    destination: `moved/${name}-${String(number)}`,
    image,
    tags: ['1'],
  }));
  const workspace = await makeWorkspace(scene, { 'plan.json': planText(source.host, destination.host, entries) });
  return runSync(workspace, [`--ca-bundle=${scene.caFile}`]);
}

const push = (name: string, image: BuiltImage, number = 0) =>
  pushImage(scene.source.host, `${name}/app-${String(number)}:1`, image);
const arrived = (name: string, number = 0) => digestOf(scene.destination.host, `moved/${name}-${String(number)}:1`);

/** Lets a fault happen only the first times that a request fits. */
function times(count: number, fits: (request: PassingRequest) => boolean, fault: Fault): Decide {
  let left = count;
  return (request) => {
    if (left === 0 || !fits(request)) return undefined;
    left -= 1;
    return fault;
  };
}

describe('a destination that does not do as it says', () => {
  it('gets the bytes where it mounts nothing', async () => {
    const images = [makeImage('mount-0'), makeImage('mount-1')];
    for (const [number, image] of images.entries()) await push('mount', image, number);
    let refused = 0;
    const destination: Decide = ({ method, path }) => {
      if (method !== 'POST' || !path.includes('mount=')) return undefined;
      refused += 1;
      return { kind: 'answer', status: 404, body: '{"errors":[{"code":"BLOB_UNKNOWN"}]}' };
    };
    const run = await copy('mount', images, { destination });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(refused).toBeGreaterThan(0);
    expect(await arrived('mount', 1)).toBe(images[1]?.digest);
  });

  it.each([
    ['once', 1],
    ['each time it is asked', Number.POSITIVE_INFINITY],
  ])('gets a blob after all that it said to have %s, and then refused the manifest for', async (_, count) => {
    const name = `promise-${String(Number.isFinite(count))}`;
    const image = makeImage(name);
    await push(name, image);
    const own = image.blobs.at(-1)?.digest ?? '';
    const destination = times(count, ({ method, path }) => method === 'HEAD' && path.endsWith(own), {
      kind: 'answer',
      status: 200,
      headers: { 'docker-content-digest': own, 'content-length': '20000' },
    });
    const run = await copy(name, [image], { destination });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await arrived(name)).toBe(image.digest);
    expect(run.report?.items[0]?.evidence?.['attempts']).toBe(2);
  });

  it.each(['PATCH', 'PUT'])('is tried again when the connection breaks in a %s', async (method) => {
    const name = `reset-${method.toLowerCase()}`;
    const image = makeImage(name);
    await push(name, image);
    const isUpload = (request: PassingRequest) => request.method === method && request.path.includes('/blobs/uploads/');
    const run = await copy(name, [image], { destination: times(1, isUpload, { kind: 'cut', afterBytes: 0 }) });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await arrived(name)).toBe(image.digest);
  });

  it('keeps its tag when the header of that tag names another digest', async () => {
    const [planned, other] = [makeImage('liar'), makeImage('liar-other')];
    await push('liar', planned);
    await pushImage(scene.destination.host, 'moved/liar-0:1', other);
    const body = planned.bytes.toString();
    const lie = { 'docker-content-digest': other.digest, 'content-type': planned.mediaType };
    const destination: Decide = ({ method, path }) =>
      method === 'HEAD' && path.endsWith('/manifests/1')
        ? { kind: 'answer', status: 200, headers: lie, body }
        : undefined;
    const run = await copy('liar', [planned], { destination });
    expect(run.exitCode).toBe(4);
    expect(run.report?.items[0]).toMatchObject({ outcome: 'failed', reason: 'tag-conflict' });
  });
});

describe('a source that changes', () => {
  it('gives the planned digest also when the tag has moved since', async () => {
    const [planned, later] = [makeImage('moves'), makeImage('moves-later')];
    await push('moves', planned);
    await push('moves', later);
    const run = await copy('moves', [planned]);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await arrived('moves')).toBe(planned.digest);
  });

  it.each([
    ['shorter', (text: string) => text.slice(0, -20)],
    ['longer', (text: string) => `${text}   `],
  ])('and answers with a %s manifest is not believed', async (name, change) => {
    const image = makeImage(name);
    await push(name, image);
    const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest };
    const body = change(image.bytes.toString());
    const source: Decide = ({ method, path }) =>
      method === 'GET' && path.includes('/manifests/') ? { kind: 'answer', status: 200, headers, body } : undefined;
    const run = await copy(name, [image], { source });
    expect(run.exitCode).not.toBe(0);
    expect(run.stderr).toMatch(/does not match provided manifest digest/i);
    expect(await arrived(name)).toBeUndefined();
  });
});

describe('images of unusual forms', () => {
  it('are all copied: an index with attestations beside the platforms', async () => {
    const platforms = new Map(['amd64', 'arm64', 'unknown'].map((name) => [name, makeImage(`form-${name}`)]));
    const index = buildIndex(platforms);
    await push('attested', index);
    const run = await copy('attested', [index]);
    expect(run.exitCode, run.stderr).toBe(0);
    for (const { digest } of index.children) {
      expect(await digestOf(scene.destination.host, `moved/attested-0:${digest}`)).toBe(digest);
    }
  });

  it('that are in the obsolete schema 1 are refused with the reason, and the others come', async () => {
    const image = makeImage('modern');
    await push('schema', image, 1);
    const body = JSON.stringify({ schemaVersion: 1, name: 'schema/app-0', tag: '1', fsLayers: [], history: [] });
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' };
    const source: Decide = ({ path }) =>
      path.includes('/schema/app-0/manifests/') ? { kind: 'answer', status: 200, headers, body } : undefined;
    const run = await copy('schema', [{ digest }, image], { source });
    expect(run.exitCode).toBe(4);
    expect(run.report?.items.map(({ reason }) => reason)).toEqual(['unsupported', 'copied']);
    expect(run.report?.items[0]?.message).toContain('Build or convert the image again');
  });

  it('with layers in other places never have their addresses asked', async () => {
    const image = makeImage('foreign');
    const trap = await scene.front('source');
    const manifest = JSON.parse(image.bytes.toString()) as { layers: object[] };
    const foreign = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest: `sha256:${'f'.repeat(64)}`,
      size: 100,
      urls: [`https://${trap.host}/layer`],
    };
    const bytes = Buffer.from(JSON.stringify({ ...manifest, layers: [...manifest.layers, foreign] }));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await push('foreign', image);
    const headers = { 'content-type': image.mediaType, 'docker-content-digest': digest };
    const source: Decide = ({ method, path }) =>
      path.includes('/manifests/')
        ? { kind: 'answer', status: 200, headers, ...(method === 'GET' ? { body: bytes.toString() } : {}) }
        : undefined;
    const run = await copy('foreign', [{ digest }], { source });
    expect([0, 4], run.stderr).toContain(run.exitCode);
    expect(trap.requests).toEqual([]);
    expect(await arrived('foreign')).toBe(run.exitCode === 0 ? digest : undefined);
  });
});
