import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { execa } from 'execa';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeBundle } from '../../../scripts/forms/bundle-layout.ts';
import { releasedForms, writePinnedForms } from '../../../scripts/forms/pinned.ts';
import { manifestOf } from '../../../scripts/images/layouts.ts';
import { openRegistry } from '../../../scripts/images/open-registry.ts';
import { publishImage, type PlatformBuild } from '../../../scripts/images/publish-image.ts';
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

async function publish(): Promise<string> {
  const annotations = { 'org.opencontainers.image.title': 'stand-in', 'org.opencontainers.image.version': version };
  const target = { repository: `${registry.host}/images/stand-in`, tag: version };
  const environment = { REGISTRY_AUTH_FILE: join(folder.path, 'none') };
  const options = { annotations, certificates: join(folder.path, 'trust'), environment };
  return (await publishImage(builds, target, options)).digest;
}

async function inspect(reference: string): Promise<unknown> {
  const trust = `--cert-dir=${join(folder.path, 'trust')}`;
  const place = `docker://${registry.host}/images/stand-in${reference}`;
  return JSON.parse((await execa('skopeo', ['inspect', '--raw', trust, place])).stdout) as unknown;
}

async function readAttached(layer: unknown): Promise<string> {
  const blob = { digest: stringAt(layer, 'digest') ?? '', size: Number(valueAt(layer, 'size')) };
  const connection = openRegistry(registry.host, join(folder.path, 'trust'), {});
  return text(connection.readBlob('images/stand-in', blob));
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
  digest = await publish();
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

  it('has the list of its contents attached to each platform, found by its digest', async () => {
    for (const { platform, image } of builds) {
      const subject = await manifestOf(image.layout);
      const listing = await inspect(`:${subject.digest.replace(':', '-')}`);
      expect(arrayAt(listing, 'manifests')).toHaveLength(1);
      const [entry] = arrayAt(listing, 'manifests');
      expect(stringAt(entry, 'artifactType')).toBe(listType);
      const manifest = await inspect(`@${stringAt(entry, 'digest') ?? ''}`);
      expect(manifest).toMatchObject({ artifactType: listType, subject, layers: [{ mediaType: listType }] });
      const content = await readAttached(arrayAt(manifest, 'layers')[0]);
      expect(JSON.parse(content)).toMatchObject({ of: platform });
    }
  });

  it('is the same when it is published again, with each list there once', async () => {
    expect(await publish()).toBe(digest);
    const subject = await manifestOf(builds[0]?.image.layout ?? '');
    expect(arrayAt(await inspect(`:${subject.digest.replace(':', '-')}`), 'manifests')).toHaveLength(1);
  });
});

describe('the forms of a release', () => {
  it.each(Object.keys(releasedForms))('name every image by tag and digest: %s', async (form) => {
    const pins = ['task-runner', 'transfer'].map((name) => ({
      ...{ name, repository: `registry.test/crane/${name}`, tag: version },
      digest: `sha256:${(name === 'transfer' ? 'a' : 'b').repeat(64)}`,
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
