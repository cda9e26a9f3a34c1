import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { execa } from 'execa';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeBundle } from '../../../scripts/forms/bundle-layout.ts';
import { writeBundles } from '../../../scripts/forms/bundles.ts';
import { readFromLayers } from '../../../scripts/images/layouts.ts';
import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { version } from '../../../src/runtime/version.ts';
import { makeFolder } from '../../builders/command.ts';
import type { Registry } from '../../../testbed/clusters/registry.ts';
import { foldersIn, readManifest, readTask } from '../../contract/task-files.ts';
import { startTrustedRegistry } from '../../fakes/trusted-registry.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let registry: Registry;
let lines: readonly string[];
const revision = 'a'.repeat(40);

async function publish(environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { stdout } = await execa('node', ['scripts/publish-bundles.ts'], {
    preferLocal: true,
    env: { REVISION: revision, CERTIFICATES: join(folder.path, 'trust'), ...environment },
  });
  return stdout.split('\n');
}

async function inspect(reference: string): Promise<unknown> {
  const trust = `--cert-dir=${join(folder.path, 'trust')}`;
  return JSON.parse((await execa('skopeo', ['inspect', '--raw', trust, `docker://${reference}`])).stdout) as unknown;
}

async function readBlob(reference: string, digest: string): Promise<Buffer> {
  const target = join(folder.path, `copy-${digest.slice(7, 19)}`);
  const trust = `--src-cert-dir=${join(folder.path, 'trust')}`;
  await execa('skopeo', ['copy', '--quiet', trust, `docker://${reference}`, `dir:${target}`]);
  const { stdout } = await execa('cat', [join(target, digest.slice(7))], { encoding: 'buffer' });
  return Buffer.from(stdout);
}

/** The object of a bundle that was written to disk. */
async function manifestIn(layout: string): Promise<unknown> {
  return load(await readFromLayers(layout, '*.json'));
}

beforeAll(async () => {
  folder = await makeFolder();
  registry = await startTrustedRegistry(folder.path);
  lines = await publish({ BUNDLES: `${registry.host}/bundles`, IMAGE: 'registry.test/mirror/task-runner:1' });
});

afterAll(async () => {
  await registry.stop();
  await folder.remove();
});

describe('published bundles', () => {
  it('are one for each Task and each Pipeline, tagged with the version and pinned by digest', async () => {
    const names = [...foldersIn('tasks'), ...foldersIn('pipelines')];
    expect(lines.map((line) => line.replace(/@sha256:[0-9a-f]{64}$/, ''))).toEqual(
      names.map((name) => `${registry.host}/bundles/${name}:${version}`),
    );
    for (const line of lines) expect(await inspect(line.replace(/:[\d.]+@/, '@'))).toBeDefined();
  });

  it('keep to the contract of Tekton: a layer for each object, three annotations, the origin as OCI defines it', async () => {
    const manifest = await inspect(`${registry.host}/bundles/crane-export:${version}`);
    const layers = arrayAt(manifest, 'layers');
    expect(layers).toHaveLength(1);
    expect(valueAt(layers[0], 'annotations')).toEqual({
      'dev.tekton.image.apiVersion': 'tekton.dev/v1',
      'dev.tekton.image.kind': 'task',
      'dev.tekton.image.name': 'crane-export',
    });
    expect(valueAt(manifest, 'annotations')).toMatchObject({
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': revision,
      'org.opencontainers.image.source': expect.stringMatching(/^https:/) as string,
    });
  });

  it('hold the Task with the image that was asked for, and nothing else of it changed', async () => {
    const reference = `${registry.host}/bundles/crane-export:${version}`;
    const digest = stringAt(arrayAt(await inspect(reference), 'layers')[0], 'digest') ?? '';
    const tar = gunzipSync(await readBlob(reference, digest));
    const size = Number.parseInt(tar.toString('latin1', 124, 135), 8);
    const object = load(tar.toString('utf8', 512, 512 + size));
    const task = readTask('crane-export');
    const text = JSON.stringify(task).replaceAll(
      `ghcr.io/crane-tasks/task-runner:${version}`,
      'registry.test/mirror/task-runner:1',
    );
    expect(object).toEqual(JSON.parse(text));
  });

  it('hold Pipelines that take their Tasks from bundles', async () => {
    const reference = `${registry.host}/bundles/crane-image-migration:${version}`;
    const digest = stringAt(arrayAt(await inspect(reference), 'layers')[0], 'digest') ?? '';
    const tar = gunzipSync(await readBlob(reference, digest));
    const size = Number.parseInt(tar.toString('latin1', 124, 135), 8);
    expect(load(tar.toString('utf8', 512, 512 + size))).toEqual(
      readManifest('forms/bundles/pipelines/crane-image-migration.yaml'),
    );
  });

  it('hold the image of the helper pods where a param names it', async () => {
    const pinned = `registry.test/mirror/transfer:1@sha256:${'a'.repeat(64)}`;
    const place = join(folder.path, 'pinned');
    await writeBundles({ folder: place, revision, image: '', transferImage: pinned });
    for (const name of ['crane-transfer-pvc', 'crane-cutover']) {
      const manifest = await manifestIn(join(place, name));
      const defaults = arrayAt(manifest, 'spec', 'params').map((param) => stringAt(param, 'default'));
      expect(defaults.filter((value) => value === pinned)).toHaveLength(1);
      expect(JSON.stringify(manifest)).not.toContain('ghcr.io/crane-tasks/transfer');
    }
  });

  it('have the same digests when they are made again', async () => {
    const again = await publish({ IMAGE: 'registry.test/mirror/task-runner:1' });
    expect(again.map((line) => line.split('@')[1])).toEqual(lines.map((line) => line.split('@')[1]));
  });

  it('never hold more objects than Tekton reads', async () => {
    const objects = Array.from({ length: 21 }, () => readTask('crane-export'));
    await expect(writeBundle(join(folder.path, 'large'), objects, {})).rejects.toThrow('at most 20');
    expect(await writeBundle(join(folder.path, 'full'), objects.slice(1), {})).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
