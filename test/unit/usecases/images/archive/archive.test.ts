import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createImageArchives } from '../../../../../src/adapters/archives/image-archives.ts';
import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import type { IfExists } from '../../../../../src/usecases/images/copy/check-destination.ts';
import { pushImageArchive } from '../../../../../src/usecases/images/archive/push-image-archive.ts';
import { readImageArchive } from '../../../../../src/usecases/images/archive/read-image-archive.ts';
import { writeImageArchive } from '../../../../../src/usecases/images/archive/write-image-archive.ts';
import { silentLog } from '../../../../builders/test-cluster.ts';
import { thrownBy } from '../../../../builders/task-error.ts';
import { buildImage, buildIndex, buildLayer, type BuiltImage } from '../../../../fakes/oci-images.ts';
import { MemoryRegistry } from '../../../../fakes/memory-registry.ts';

const shared = buildLayer('base', Buffer.from('base'));
const web = buildImage([shared, buildLayer('web', Buffer.from('web'))], 'web');
const api = buildImage([shared], 'api');
const other = buildImage([shared], 'api', 'arm64');

let folder: string;
let from: MemoryRegistry;
let to: MemoryRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  [from, to] = [new MemoryRegistry(), new MemoryRegistry()];
  put('shop/web', '1', web);
  put(
    'shop/api',
    '2',
    buildIndex(
      new Map([
        ['arm64', other],
        ['amd64', api],
      ]),
    ),
  );
});

function put(path: string, tag: string, image: BuiltImage): void {
  for (const child of image.children) put(path, child.digest, child);
  for (const { digest, bytes } of image.blobs) from.blobs.set(`${path}@${digest}`, bytes);
  from.put(path, tag, image);
}

function ports() {
  const { signal } = new AbortController();
  return {
    archives: createImageArchives({ temporaryFolder: folder, signal }),
    log: silentLog,
    signal,
    progress: () => undefined,
    source: () => from,
    destination: () => to,
    pause: () => Promise.resolve(),
  };
}

async function write(...names: readonly string[]): Promise<string> {
  const file = join(folder, 'images.tar');
  await rm(file, { force: true });
  const images = await Promise.all(
    names.map(async (name) => {
      const [path = '', tag = ''] = name.split(':');
      const digest = (await from.head(path, tag))?.digest ?? '';
      return { source: { host: 'a.example', path, tag, digest }, tags: [] };
    }),
  );
  await writeImageArchive(images, file, ports());
  return file;
}

async function push(file: string, image: string, ifExists?: IfExists) {
  const content = await readImageArchive(file, ports());
  try {
    const destination = { host: 'b.example', path: `new/${image.replace('@', 'image-')}`, tag: '1' };
    return await pushImageArchive(content, [{ image, destination, ifExists }], ports());
  } finally {
    await content.close();
  }
}

describe('an archive of images', () => {
  it('keeps manifests and layers, and gives the image of a platform', async () => {
    const file = await write('shop/web:1', 'shop/api:2');
    const [first] = await push(file, '@0');
    expect(first).toMatchObject({ outcome: 'pushed', digest: web.digest, previousDigest: web.digest });
    expect(await push(file, '@1')).toMatchObject([{ digest: api.digest }]);
    for (const { digest, bytes } of web.blobs) expect(to.blobs.get(`new/image-0@${digest}`)).toEqual(bytes);
    expect(await push(file, '@0')).toMatchObject([{ outcome: 'present' }]);
  });

  it('leaves, replaces or refuses a tag that means another image', async () => {
    const file = await write('shop/web:1');
    to.put('new/image-0', '1', { ...api });
    expect((await thrownBy(() => push(file, '@0'))).code).toBe('name-collision');
    expect(await push(file, '@0', 'skip')).toMatchObject([{ outcome: 'skipped', digest: api.digest }]);
    expect(await push(file, '@0', 'replace')).toMatchObject([{ outcome: 'pushed', replaced: api.digest }]);
  });

  it('does not have what it was not asked for', async () => {
    const file = await write('shop/web:1');
    expect((await thrownBy(() => push(file, '@1'))).code).toBe('invalid-param');
  });

  it('is sent again to a registry that reported blobs which it does not have', async () => {
    const file = await write('shop/web:1');
    const put = to.tag.bind(to);
    to.hasBlob = () => Promise.resolve(true);
    to.tag = (path, tag, manifest) =>
      web.blobs.every(({ digest }) => to.blobs.has(`${path}@${digest}`))
        ? put(path, tag, manifest)
        : Promise.reject(new SyncFailure('blob-missing', 'setting the tag: MANIFEST_BLOB_UNKNOWN'));
    expect(await push(file, '@0')).toMatchObject([{ outcome: 'pushed', digest: web.digest }]);
    to = new MemoryRegistry();
    to.tag = () => Promise.reject(new SyncFailure('blob-missing', 'setting the tag: MANIFEST_BLOB_UNKNOWN'));
    await expect(push(file, '@0')).rejects.toMatchObject({ kind: 'blob-missing' });
  });

  it('is not sent again to a registry that was asked in vain for long whether it has a blob', async () => {
    const file = await write('shop/web:1');
    const asked: string[] = [];
    to.writeBlob = () => Promise.reject(new SyncFailure('unavailable', 'PATCH: no answer'));
    to.hasBlob = (_, digest) => {
      const isFirst = !asked.includes(digest);
      asked.push(digest);
      return isFirst ? Promise.resolve(false) : Promise.reject(new SyncFailure('unavailable', 'HEAD: no answer'));
    };
    await expect(push(file, '@0')).rejects.toMatchObject({ kind: 'unavailable', message: 'HEAD: no answer' });
    for (const digest of asked) expect(asked.filter((each) => each === digest).length).toBeLessThanOrEqual(2);
  });

  it('goes in one piece to a registry that refuses chunks', async () => {
    const file = await write('shop/web:1');
    const sent: boolean[] = [];
    const keep = to.writeBlob.bind(to);
    to.writeBlob = async (path, blob, content) => {
      const inOnePiece = blob.inOnePiece === true;
      sent.push(inOnePiece);
      if (!inOnePiece) throw new SyncFailure('refused', 'PATCH: 416');
      await keep(path, blob, content);
    };
    expect(await push(file, '@0')).toMatchObject([{ outcome: 'pushed', digest: web.digest }]);
    expect(sent.filter((inOnePiece) => inOnePiece)).toHaveLength(web.blobs.length);
  });

  it('is not taken for pushed when the registry forgets its manifest, or the tag means another image', async () => {
    const file = await write('shop/web:1');
    to.tag = () => Promise.resolve();
    await expect(push(file, '@0')).rejects.toMatchObject({ kind: 'wrong-content' });
    to.tag = (path, tag) => {
      to.put(path, tag, api);
      return Promise.resolve();
    };
    await expect(push(file, '@0')).rejects.toMatchObject({ kind: 'wrong-content' });
  });
});
