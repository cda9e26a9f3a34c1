import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, json, text } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';

import { execa } from 'execa';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeBundle } from '../../../scripts/forms/bundle-layout.ts';
import { releasedForms, writePinnedForms } from '../../../scripts/forms/pinned.ts';
import { imageNames } from '../../../scripts/images/build-images.ts';
import { blobOf } from '../../../scripts/images/layouts.ts';
import { openRegistry } from '../../../scripts/images/open-registry.ts';
import { publishImage, type PlatformBuild } from '../../../scripts/images/publish-image.ts';
import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { version } from '../../../src/runtime/version.ts';
import { makeFolder } from '../../builders/command.ts';
import { stepImages } from '../../contract/task-files.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import type { Registry } from '../../../testbed/clusters/registry.ts';
import { startTrustedRegistry } from '../../fakes/trusted-registry.ts';

const listType = 'application/vnd.cyclonedx+json';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let registry: Registry;
let builds: readonly PlatformBuild[];
let digest: string;

/** An empty repository: nothing is pushed. */
async function publish(repository = `${registry.host}/images/stand-in`): Promise<{ digest: string; layout: string }> {
  const annotations = { 'org.opencontainers.image.title': 'stand-in', 'org.opencontainers.image.version': version };
  const environment = { REGISTRY_AUTH_FILE: join(folder.path, 'none') };
  const options = { annotations, certificates: join(folder.path, 'trust'), environment, level: 3 };
  return publishImage(builds, { repository, tag: version }, options);
}

async function inspect(reference: string): Promise<unknown> {
  const trust = `--cert-dir=${join(folder.path, 'trust')}`;
  const place = `docker://${registry.host}/images/stand-in${reference}`;
  return JSON.parse((await execa('skopeo', ['inspect', '--raw', trust, place])).stdout) as unknown;
}

/** Descriptor of the image of a platform, by the platform's place in the index. */
async function published(place: number): Promise<{ mediaType: string; digest: string; size: number }> {
  const entry = arrayAt(await inspect(`@${digest}`), 'manifests')[place];
  const [mediaType = '', its = ''] = ['mediaType', 'digest'].map((key) => stringAt(entry, key));
  return { mediaType, digest: its, size: Number(valueAt(entry, 'size')) };
}

function readPublished(blob: unknown): Readable {
  const wanted = { digest: stringAt(blob, 'digest') ?? '', size: Number(valueAt(blob, 'size')) };
  const connection = openRegistry(registry.host, join(folder.path, 'trust'), {});
  return Readable.from(connection.readBlob('images/stand-in', wanted));
}

/** What takes the place of an image: its content does not matter here. */
async function standIn(platform: string): Promise<PlatformBuild> {
  const layout = join(folder.path, platform.replace('/', '-'));
  await writeBundle(layout, [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: platform } }], {});
  return { platform, image: { layout, contents: `{"bomFormat":"CycloneDX","of":"${platform}"}` } };
}

beforeAll(async () => {
  folder = await makeFolder();
  registry = await startTrustedRegistry(folder.path);
  builds = [await standIn('linux/amd64'), await standIn('linux/arm64')];
  digest = (await publish()).digest;
});

afterAll(async () => {
  await registry.stop();
  await folder.remove();
});

describe('a published image', () => {
  it('is one index for all platforms, under the version and the printed digest', async () => {
    const index = await inspect(`@${digest}`);
    expect(await inspect(`:${version}`)).toEqual(index);
    expect(arrayAt(index, 'manifests').map((entry) => valueAt(entry, 'platform'))).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' },
    ]);
    expect(stringAt(index, 'annotations', 'org.opencontainers.image.version')).toBe(version);
  });

  it('has layers in zstd with the content of the image that was built', async () => {
    const manifest = await inspect(`@${(await published(0)).digest}`);
    const [layer] = arrayAt(manifest, 'layers');
    expect(stringAt(layer, 'mediaType')).toBe('application/vnd.oci.image.layer.v1.tar+zstd');
    const content = zstdDecompressSync(await buffer(readPublished(layer)));
    const config = await json(readPublished(valueAt(manifest, 'config')));
    expect(valueAt(config, 'rootfs', 'diff_ids')).toEqual([sha256Of(content)]);
    const built = await readFile(blobOf(builds[0]?.image.layout ?? '', stringAt(manifest, 'config', 'digest') ?? ''));
    expect(config).toEqual(JSON.parse(built.toString()));
  });

  it('has the list of its contents attached to each platform, found by its digest', async () => {
    for (const [place, { platform }] of builds.entries()) {
      const subject = await published(place);
      const listing = await inspect(`:${subject.digest.replace(':', '-')}`);
      expect(arrayAt(listing, 'manifests')).toHaveLength(1);
      const [entry] = arrayAt(listing, 'manifests');
      expect(stringAt(entry, 'artifactType')).toBe(listType);
      const manifest = await inspect(`@${stringAt(entry, 'digest') ?? ''}`);
      expect(manifest).toMatchObject({ artifactType: listType, subject, layers: [{ mediaType: listType }] });
      const content = await text(readPublished(arrayAt(manifest, 'layers')[0]));
      expect(JSON.parse(content)).toMatchObject({ of: platform });
    }
  });

  it('is the same when it is published again, with each list there once', async () => {
    expect((await publish()).digest).toBe(digest);
    const subject = await published(0);
    expect(arrayAt(await inspect(`:${subject.digest.replace(':', '-')}`), 'manifests')).toHaveLength(1);
  });
});

describe('the layout of an image', () => {
  it('has all layers, also when it is made again by the same process', async () => {
    const { layout } = await publish('');
    const { digest: image } = await published(0);
    const manifest: unknown = JSON.parse(await readFile(blobOf(layout, image), 'utf8'));
    for (const layer of arrayAt(manifest, 'layers')) await access(blobOf(layout, stringAt(layer, 'digest') ?? ''));
  });
});

describe('the forms of a release', () => {
  it.each(Object.keys(releasedForms))('name every image by tag and digest: %s', async (form) => {
    const pins = imageNames.map((name) => ({
      ...{ name, repository: `registry.test/crane/${name}`, tag: version },
      digest: sha256Of(name),
    }));
    const place = join(process.cwd(), '.cache', 'release-of-test', form);
    await writePinnedForms(place, { images: pins, bundles: 'registry.test/bundles' }, programPath('kubectl'));
    const rendered = await readFile(join(place, `${form}.yaml`), 'utf8');
    const objects = loadAll(rendered).filter(isObject);
    expect(objects.length).toBeGreaterThan(3);
    expect(rendered).not.toContain('ghcr.io/crane-tasks/');
    expect(rendered.includes('default: registry.test/bundles\n')).toBe(form === 'bundles');
    const named = objects.flatMap((object) => [
      ...stepImages(object),
      ...arrayAt(object, 'spec', 'params')
        .filter((param) => stringAt(param, 'name') === 'transfer-image')
        .map((param) => stringAt(param, 'default') ?? ''),
    ]);
    const expected = pins.map(({ repository, tag, digest: pinned }) => `${repository}:${tag}@${pinned}`);
    expect(named.filter((image) => !expected.includes(image))).toEqual([]);
    expect(named.length > 0).toBe(form !== 'roles');
  });
});
