import { describe, expect, it } from 'vitest';

import { parseSyncPlan } from '../../../../../src/domain/images/plan/sync-plan.ts';
import { SyncFailure, type FailureKind } from '../../../../../src/domain/oci/failure.ts';
import type { Manifest } from '../../../../../src/domain/oci/registry.ts';
import { sha256Of } from '../../../../../src/adapters/files/digest.ts';
import { syncImages, type SyncOptions } from '../../../../../src/usecases/images/copy/sync-images.ts';
import { memoryImage, memoryPorts, type MemoryPorts } from '../../../../fakes/memory-registry.ts';

const options: SyncOptions = {
  ifExists: 'fail',
  referrers: 'true',
  parallel: 4,
  retries: 0,
  platforms: ['linux/amd64'],
};
const images = { amd64: memoryImage({ amd64: 10 }), arm64: memoryImage({ arm64: 10 }) };
const index = indexOf(['amd64', 'arm64']);
const reduced = indexOf(['amd64']);

function indexOf(architectures: readonly (keyof typeof images)[]): Manifest {
  const manifests = architectures.map((architecture) => ({
    digest: images[architecture].digest,
    size: images[architecture].bytes.length,
    platform: { os: 'linux', architecture },
  }));
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, manifests }));
  return { digest: sha256Of(bytes), mediaType: 'application/vnd.oci.image.index.v1+json', bytes };
}

function scene(change: Parameters<typeof memoryPorts>[0] = {}): MemoryPorts {
  const ports = memoryPorts(change);
  for (const [name, manifest] of Object.entries({ ...images, index })) ports.from.put('shop/web', name, manifest);
  return ports;
}

/** Has the destination refuse the whole index. */
function refuse(ports: MemoryPorts, kind: FailureKind): void {
  const { to } = ports;
  const tag = to.tag.bind(to);
  to.tag = (path, name, manifest) =>
    manifest.digest === index.digest
      ? Promise.reject(new SyncFailure(kind, 'it lacks a manifest'))
      : tag(path, name, manifest);
}

async function sync(ports: MemoryPorts, changes: Partial<SyncOptions> = {}, digest = index.digest) {
  const registries = { leftOut: [], excluded: [], sourceRegistry: 'a.example', destinationRegistry: 'b.example' };
  const planned = { source: 'a.example/shop/web', destination: 'b.example/new/web', tags: ['1', '2'], usedBy: [] };
  const text = JSON.stringify({
    schemaVersion: 1,
    source: { registry: 'a.example', internalRegistry: '' },
    destination: { registry: 'b.example', namespace: 'new' },
    images: [{ ...planned, digest, class: 'pushed', reason: 'pushed' }],
    skipped: [],
    problems: [],
  });
  return syncImages(
    { kind: 'plan', plan: parseSyncPlan(text, 'plan.json'), ...registries },
    { ...options, ...changes },
    ports,
  );
}

const has = (ports: MemoryPorts, digest: string): boolean => ports.to.content.has(`new/web@${digest}`);

describe('a part of the platforms of an index', () => {
  it('is under the whole index where the registry takes it, and found again', async () => {
    const ports = scene();
    const first = await sync(ports);
    expect(first.results).toMatchObject({ 'image-count': '2', 'copied-count': '2', 'failed-count': '0' });
    expect(first.items.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'b.example/new/web:1 sparse-index',
      'b.example/new/web:2 sparse-index',
    ]);
    expect(first.results.IMAGES).toBe(`b.example/new/web@${index.digest}`);
    expect([has(ports, images.amd64.digest), has(ports, images.arm64.digest)]).toEqual([true, false]);
    const second = await sync(ports);
    expect(second.results).toMatchObject({ 'copied-count': '0', 'present-count': '2' });
    expect(ports.copied).toHaveLength(1);
  });

  it.each<FailureKind>(['blob-missing', 'refused', 'repository-missing'])(
    'gets an index of its own where the registry refuses with %s',
    async (kind) => {
      const ports = scene();
      refuse(ports, kind);
      const { items, results } = await sync(ports);
      expect(items.map(({ reason }) => reason)).toEqual(['reduced-index', 'reduced-index']);
      expect(items[0]).toMatchObject({
        outcome: 'done',
        evidence: {
          digest: reduced.digest,
          'source-digest': index.digest,
          platforms: 'linux/amd64',
          dropped: 'linux/arm64',
        },
      });
      expect(items[0]?.message).toContain('signatures of the index do not fit');
      expect(results.IMAGES).toBe(`b.example/new/web@${reduced.digest}`);
      expect((await sync(ports)).results['present-count']).toBe('2');
    },
  );

  it('copies signatures of the whole index only where it keeps its digest', async () => {
    const listed = [images.arm64, images.amd64, index].map(({ digest }) => digest);
    const run = async (prepare?: (ports: MemoryPorts) => void): Promise<readonly string[]> => {
      const ports = scene();
      prepare?.(ports);
      const signatures = new Map(
        listed.map((subject) => {
          const bytes = new TextEncoder().encode(
            JSON.stringify({ config: { digest: sha256Of(''), size: 0 }, layers: [], subject: { digest: subject } }),
          );
          const manifest = { digest: sha256Of(bytes), mediaType: images.amd64.mediaType, bytes };
          ports.from.put('shop/web', `s${subject.slice(7, 20)}`, manifest);
          ports.from.blobs.set(`shop/web@${sha256Of('')}`, new Uint8Array());
          const descriptor = { digest: manifest.digest, mediaType: manifest.mediaType, size: bytes.length };
          return [`shop/web@${subject}`, [{ ...descriptor, descriptor }]];
        }),
      );
      ports.from.referrersApi = signatures;
      ports.to.referrersApi = new Map();
      await sync(ports);
      return listed.filter((subject) => {
        const [signature] = signatures.get(`shop/web@${subject}`) ?? [];
        return has(ports, signature?.digest ?? '');
      });
    };
    expect(await run()).toEqual([images.amd64.digest, index.digest]);
    expect(
      await run((ports) => {
        refuse(ports, 'refused');
      }),
    ).toEqual([images.amd64.digest]);
  });

  it('fails with the reason of the manifest that was not copied', async () => {
    const ports = scene({ beforeCopy: () => Promise.reject(new SyncFailure('quota-exceeded', 'no room')) });
    const { items } = await sync(ports);
    expect(items.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'b.example/new/web:1 quota-exceeded',
      'b.example/new/web:2 quota-exceeded',
    ]);
  });

  it.each([
    ['fail', 'failed', 'tag-conflict'],
    ['skip', 'skipped', 'tag-conflict'],
    ['replace', 'done', 'sparse-index'],
  ] as const)('does with another image of a tag what if-exists says: %s', async (ifExists, outcome, reason) => {
    const ports = scene();
    ports.to.put('new/web', '1', memoryImage({ other: 1 }));
    const { items } = await sync(ports, { ifExists });
    expect(items[0]).toMatchObject({ outcome, reason });
    expect(items[1]).toMatchObject({ outcome: 'done' });
  });

  it.each<[FailureKind, string]>([
    ['denied', 'sparse-index'],
    ['unavailable', 'unavailable'],
  ])('takes a tag that is refused with %s for unknown or failed: %s', async (kind, reason) => {
    const ports = scene();
    const read = ports.to.read.bind(ports.to);
    let first = true;
    ports.to.read = (path, reference) => {
      if (reference !== '1' || !first) return read(path, reference);
      first = false;
      return Promise.reject(new SyncFailure(kind, 'no'));
    };
    expect((await sync(ports)).items[0]).toMatchObject({ reason });
  });

  it('fails where the tag means something else after it was set, or cannot be set', async () => {
    const ports = scene();
    ports.to.tag = () => Promise.resolve();
    expect((await sync(ports)).items[0]).toMatchObject({ reason: 'wrong-content' });
    const denied = scene();
    refuse(denied, 'denied');
    await expect(sync(denied)).rejects.toMatchObject({ kind: 'denied' });
  });
});

describe('the choice of platforms', () => {
  it('names the platforms of an index that has none of them', async () => {
    const { items } = await sync(scene(), { platforms: ['linux/s390x'] });
    expect(items).toMatchObject([
      { id: 'b.example/new/web:1', outcome: 'failed', reason: 'platform-missing' },
      { id: 'b.example/new/web:2', outcome: 'failed', reason: 'platform-missing' },
    ]);
  });

  it.each([
    ['an index with nothing else', index.digest, ['linux/amd64', 'linux/arm64']],
    ['an image', images.arm64.digest, ['linux/amd64']],
    ['everything', index.digest, []],
  ])('copies as before: %s', async (_what, digest, platforms) => {
    const ports = scene();
    const { results, items } = await sync(ports, { platforms }, digest);
    expect(results['copied-count']).toBe('2');
    expect(items[0]).toMatchObject({ reason: 'copied' });
    expect(ports.to.content.get('new/web:1')?.digest).toBe(digest);
  });

  it('fails for an image that the source does not have any more', async () => {
    const { items } = await sync(scene(), {}, sha256Of('gone'));
    expect(items[0]).toMatchObject({ outcome: 'failed', reason: 'not-found' });
  });
});
