import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SyncPlan } from '../../src/domain/images/plan/sync-plan.ts';
import { parseSyncPlan } from '../../src/domain/images/plan/sync-plan.ts';
import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { readTree } from '../builders/command.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import {
  caFile,
  namespaces,
  publishImage,
  registryOf,
  startImageScene,
  type ImageScene,
} from './images/image-scene.ts';

// The acceptance list for image migration that migtools/crane planned and left: its test cases 336 to 342.
let scene: ImageScene;
let plan: SyncPlan;
const digests = new Map<string, string>();
const { source: from, destination: to } = namespaces;
const internal = 'image-registry.openshift-image-registry.svc:5000';

beforeAll(async () => {
  scene = await startImageScene();
  for (const name of ['s2i:latest', 'pushed:1', 'docker:latest', 'many:1.0', 'many:1.1', 'many:latest']) {
    const label = name === 'many:latest' ? 'many-1.1' : name.replace(':', '-');
    digests.set(name, await scene.push(`${from}/${name}`, label));
  }
  await scene.push('openshift/images-acceptance:1', 'platform');
  const publicDigest = await publishImage(scene.folder, 'acceptance/tool:1');
  digests.set('external:1', publicDigest);
  await scene.source.apply([
    ...builtBy('s2i', { type: 'Source', sourceStrategy: { from: { kind: 'ImageStreamTag', name: 'pushed:1' } } }),
    ...builtBy('docker', { type: 'Docker', dockerStrategy: {} }),
    stream('external', { kind: 'DockerImage', name: 'registry.public.test/acceptance/tool:1' }),
    stream('platform', { kind: 'ImageStreamTag', name: 'images-acceptance:1', namespace: 'openshift' }),
  ]);
  await untilImported('external');
  await untilImported('platform');
  await runTasks();
  plan = parseSyncPlan(await readFile(path.join(scene.folder, 'skopeo/plan.json'), 'utf8'), 'plan.json');
});

afterAll(() => scene.stop());

/** A BuildConfig, and a finished Build of it that tells the digest. */
function builtBy(name: string, strategy: object): readonly object[] {
  const metadata = { name, namespace: from };
  const output = { to: { kind: 'ImageStreamTag', name: `${name}:latest` } };
  const imageDigest = digests.get(`${name}:latest`);
  const group = { apiVersion: 'build.openshift.io/v1' };
  const status = { phase: 'Complete', output: { to: { imageDigest } } };
  return [
    { ...group, kind: 'BuildConfig', metadata, spec: { strategy, output } },
    { ...group, kind: 'Build', metadata: { ...metadata, name: `${name}-1` }, spec: { strategy, output }, status },
  ];
}

function stream(name: string, origin: object): object {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name, namespace: from },
    spec: { tags: [{ name: '1', from: origin, referencePolicy: { type: 'Source' } }] },
  };
}

async function untilImported(name: string): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if ((await tagsOf(scene.source, from, name)).size > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`stream ${name} never got its image`);
}

async function tagsOf(kubectl: ImageScene['source'], namespace: string, name: string): Promise<Map<string, string>> {
  const found = await kubectl.get(['imagestreams.image.openshift.io', name, '-n', namespace]);
  return new Map(
    arrayAt(found, 'status', 'tags').map((tag) => [
      stringAt(tag, 'tag') ?? '',
      stringAt(arrayAt(tag, 'items')[0], 'image') ?? '',
    ]),
  );
}

/** Export with the account of an administrator, the copies with accounts that may pull or push alone. */
async function runTasks(): Promise<void> {
  const admin = path.join(checkoutCacheFolder, 'kubeconfig');
  await succeed('crane-export', { kubeconfig: admin, context: 'source', namespace: from, secrets: 'skip' });
  for (const context of ['source', 'destination']) {
    await succeed('oc-registry-info', { kubeconfig: admin, context, strict: 'true', 'results-dir': `of-${context}` });
  }
  const told = (file: string): Promise<string> => readFile(path.join(scene.folder, file), 'utf8');
  await succeed('crane-skopeo-sync-gen', {
    'registry-url': await told('of-source/public'),
    'internal-registry-url': await told('of-source/internal'),
    'destination-registry-public': await told('of-destination/public'),
    'destination-namespace': to,
  });
  const contexts = { 'source-context': 'source', 'destination-context': 'destination' };
  await succeed('crane-skopeo-sync', { ...contexts, kubeconfig: 'kubeconfig', 'ca-bundle': caFile });
}

async function succeed(task: string, flags: Readonly<Record<string, string>>): Promise<void> {
  const { exitCode, stderr } = await scene.run(task, flags);
  expect(exitCode, `${task}: ${stderr}`).toBe(0);
}

const moved = (name: string): Promise<Map<string, string>> => tagsOf(scene.destination, to, name);
const planned = (name: string) => plan.images.find(({ source }) => source.path === `${from}/${name}`);
const skipped = (name: string) => plan.skipped.find(({ image }) => image === `${from}/${name}:1`);

describe("upstream's acceptance list", () => {
  it('336: an image that a Source build made is migrated', async () => {
    expect(planned('s2i')).toMatchObject({ class: 'built-in-cluster', reason: 'built-by-build' });
    expect((await moved('s2i')).get('latest')).toBe(digests.get('s2i:latest'));
  });

  it('337: an image pushed by hand, without a BuildConfig, is migrated', async () => {
    expect(planned('pushed')).toMatchObject({ class: 'pushed', tags: ['1'] });
    expect((await moved('pushed')).get('1')).toBe(digests.get('pushed:1'));
  });

  it('338: an image that a Docker build made is migrated', async () => {
    expect(planned('docker')).toMatchObject({ class: 'built-in-cluster' });
    expect((await moved('docker')).get('latest')).toBe(digests.get('docker:latest'));
  });

  it('339: all tags of a stream are migrated, each with the digest that it has at the source', async () => {
    expect(await moved('many')).toEqual(await tagsOf(scene.source, from, 'many'));
    expect((await moved('many')).get('latest')).toBe((await moved('many')).get('1.1'));
    expect((await moved('many')).size).toBe(3);
  });

  it('340: a stream of another registry is left out, and the reason is reported', async () => {
    expect(skipped('external')).toMatchObject({
      class: 'public',
      reason: 'public-source',
      digest: digests.get('external:1'),
    });
    expect(await moved('external')).toEqual(new Map());
  });

  it('341: a tag that points into openshift is left out, and the transform keeps its reference', async () => {
    expect(skipped('platform')).toMatchObject({ class: 'openshift', reason: 'alias-to-openshift' });
    expect(await moved('platform')).toEqual(new Map());
    await succeed('crane-transform', { 'optional-flags': `{"src-internal-registry":"${internal}"}` });
    await succeed('crane-apply', {});
    const manifests = Object.entries(await readTree(path.join(scene.folder, 'output')));
    const kept = manifests.filter(([file]) => /ImageStreamTag.*platform/.test(file)).map(([, text]) => text);
    expect(kept.join()).toMatch(/name: "?images-acceptance:1"?\n\s+namespace: "?openshift"?/);
  });

  it('342: all streams are migrated in one run, and a second run copies nothing', async () => {
    expect(plan.images.map(({ source }) => source.path.split('/').at(-1))).toEqual([
      'docker',
      'many',
      'many',
      'pushed',
      's2i',
    ]);
    expect(plan.images.every(({ source }) => source.host === registryOf('source'))).toBe(true);
    const flags = { 'source-context': 'source', 'destination-context': 'destination', 'results-dir': 'again' };
    await succeed('crane-skopeo-sync', { ...flags, kubeconfig: 'kubeconfig', 'ca-bundle': caFile });
    const results = await readTree(path.join(scene.folder, 'again'));
    expect(results).toMatchObject({ 'image-count': '6', 'present-count': '6', 'copied-count': '0' });
  });
});
