import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { runTaskCommand } from '../../builders/command.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { readKubeconfig } from '../../../testbed/openshift/kube/kubeconfig.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';
import { aliasTag, imageApi, streamBody, type ImageApi } from '../../../testbed/openshift/testing/image-api.ts';
import type { ManifestBytes } from '../../../testbed/openshift/testing/registry-client.ts';

const labels = { app: 'shop' };
let environment: Environment;
let ask: ImageApi['ask'];
let kubeconfig: string;
let web: ManifestBytes;
let tool: ManifestBytes;
let python: ManifestBytes;
let redis: ManifestBytes;

beforeAll(async () => {
  environment = await startEnvironment();
  ({ ask } = imageApi(environment.kube));
  for (const name of ['shop', 'moved', 'declined', 'base', 'pictures', 'gallery'])
    await environment.createNamespace(name);
  const token = await environment.createToken('base', {
    shop: 'cluster-admin',
    moved: 'cluster-admin',
    declined: 'cluster-admin',
    pictures: 'cluster-admin',
    gallery: 'cluster-admin',
    'kube-system': 'view',
  });
  kubeconfig = await writeKubeconfig(token);
  await fillSource();
}, 120_000);

afterAll(async () => {
  await environment.stop();
});

async function writeKubeconfig(token: string): Promise<string> {
  const file = path.join(environment.dir, 'move-kubeconfig');
  const { server, ca } = await readKubeconfig(environment.config.kubeconfig);
  const data = Buffer.from(ca ?? '').toString('base64');
  const contexts = ['source', 'destination'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } }));
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: 'u', user: { token } }],
    contexts,
  };
  await writeFile(file, JSON.stringify(content));
  return file;
}

/** Streams as old namespaces have them: labelled, pulled through, imported, broken, empty, and following others. */
async function fillSource(): Promise<void> {
  const front = environment.front(
    await environment.createToken('base', { shop: 'system:image-builder', base: 'system:image-builder' }),
  );
  web = await front.pushImage('shop/web', '1.0', 'web');
  tool = await front.pushImage('base/tool', '1', 'tool');
  await front.close();
  python = await environment.outside.pushImage('library/python', '3', 'python');
  redis = await environment.outside.pushImage('library/redis', '7', 'redis');
  const { publicName } = environment;
  const imported = (name: string, repository: string, more: object = {}) => ({
    ...{ name, from: { kind: 'DockerImage', name: `${publicName}/library/${repository}` } },
    ...more,
  });
  const following = await ask('GET', 'namespaces/shop/imagestreams/web');
  const resourceVersion = stringAt(following.body, 'metadata', 'resourceVersion');
  const metadata = { name: 'web', resourceVersion, labels, annotations: { 'shop.test/note': 'kept' } };
  await put('web', { tags: [aliasTag('latest', 'web:1.0')] }, metadata);
  await post('python', { tags: [imported('3', 'python:3', { referencePolicy: { type: 'Local' } })] });
  await post('redis', { tags: [imported('7', 'redis:7', { importPolicy: { scheduled: true } })] });
  await post('broken', { tags: [imported('1', 'absent:1'), aliasTag('later', 'web:not-yet')] });
  await post('pointer', { tags: [imported('1', 'redis:7', { reference: true })] });
  await post('tool', { tags: [aliasTag('1', 'tool:1', 'base')] });
  await post('whole', { dockerImageRepository: `${publicName}/library/redis` });
  await post('target', {});
  for (const tag of ['python:3', 'redis:7']) await untilImported('shop', tag);
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report', namespace: 'shop' },
    spec: { schedule: '@daily', suspend: true, jobTemplate: { spec: { template: { spec: podSpec() } } } },
  };
  const buildConfig = {
    apiVersion: 'build.openshift.io/v1',
    kind: 'BuildConfig',
    metadata: { name: 'build', namespace: 'shop' },
    spec: { output: { to: { kind: 'ImageStreamTag', name: 'target:latest' } }, source: {}, strategy: {} },
  };
  for (const object of [cronJob, buildConfig]) await environment.kubectl(['create', '-f', '-'], JSON.stringify(object));
  // What the tags mean at their registry moves on.
  await environment.outside.pushImage('library/python', '3', 'newer python');
  await environment.outside.pushImage('library/redis', '7', 'newer redis');
}

function podSpec() {
  const image = `${environment.config.internalHost}/shop/python:3`;
  return { restartPolicy: 'Never', containers: [{ name: 'main', image }] };
}

async function post(name: string, spec: object): Promise<void> {
  const body = streamBody(name, spec, { metadata: { name, labels } });
  const answer = await ask('POST', 'namespaces/shop/imagestreams', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}

async function put(name: string, spec: object, metadata: object): Promise<void> {
  const answer = await ask('PUT', `namespaces/shop/imagestreams/${name}`, streamBody(name, spec, { metadata }));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

async function tagOf(namespace: string, name: string) {
  return (await ask('GET', `namespaces/${namespace}/imagestreamtags/${name}`)).body;
}

async function untilImported(namespace: string, name: string): Promise<void> {
  await waitFor({
    what: `${namespace}/${name} is imported`,
    seconds: 20,
    everyMs: 50,
    check: async () =>
      stringAt(await tagOf(namespace, name), 'image', 'metadata', 'name') === undefined ? 'no image' : undefined,
  });
}

function registries(): readonly string[] {
  const { config, frontHost } = environment;
  return ['source', 'destination'].flatMap((side) => [
    `--${side}-registry-internal=${config.internalHost}`,
    `--${side}-registry-public=${frontHost}`,
  ]);
}

async function migrate(folder: string, namespace = 'moved', { more = registries(), from = 'shop' } = {}) {
  const { caFile, dir } = environment;
  const shared = path.join(dir, folder);
  const args = [
    ...['--source-context=source', '--destination-context=destination'],
    `--source-namespace=${from}`,
    `--destination-namespace=${namespace}`,
    ...more,
    `--shared-data-dir=${shared}`,
    `--kubeconfig=${kubeconfig}`,
    `--ca-bundle=${caFile}`,
    '--ready-timeout=0',
  ];
  return { ...(await runTaskCommand(['crane-migrate', ...args], { cwd: dir })), shared };
}

async function itemsOf(report: string): Promise<readonly unknown[]> {
  return arrayAt(JSON.parse(await readFile(report, 'utf8')), 'items');
}

describe('a move without images', () => {
  it('needs no address of a registry, pushes nothing, and names what must come by other means', async () => {
    const { exitCode, stderr, results, shared } = await migrate('without', 'declined', {
      more: ['--images=skip', '--validate=true'],
    });
    expect(exitCode, stderr).toBe(0);
    expect(results).toMatchObject({ 'images-copied': '0', 'images-present': '0' });
    const plan = await itemsOf(path.join(shared, 'skopeo/reports/crane-skopeo-sync-gen.json'));
    expect(plan).toContainEqual(
      expect.objectContaining({ id: 'shop/web:1.0', outcome: 'skipped', reason: 'images-skipped' }),
    );
    const transformed = await itemsOf(path.join(shared, 'transform/reports/crane-transform.json'));
    expect(transformed.find((item) => stringAt(item, 'id') === 'batch/v1 CronJob shop/report')).toMatchObject({
      message: expect.stringContaining('uses the image shop/python:3: it is not copied') as string,
    });
    const stream = (await ask('GET', 'namespaces/declined/imagestreams/web')).body;
    expect(arrayAt(stream, 'status', 'tags').filter((tag) => arrayAt(tag, 'items').length > 0)).toEqual([]);
    expect(stringAt(await tagOf('declined', 'python:3'), 'image', 'metadata', 'name')).toBe(python.digest);
  }, 120_000);
});

describe('a namespace that holds only images', () => {
  it('has them moved', async () => {
    const pusher = await environment.createToken('pictures', { pictures: 'system:image-builder' });
    const front = environment.front(pusher);
    const logo = await front.pushImage('pictures/logo', '1', 'logo');
    await front.close();
    const { exitCode, stderr, results } = await migrate('pictures', 'gallery', { from: 'pictures' });
    expect(exitCode, stderr).toBe(0);
    expect(results).toMatchObject({ 'images-copied': '1' });
    expect(stringAt(await tagOf('gallery', 'logo:1'), 'image', 'metadata', 'name')).toBe(logo.digest);
  }, 120_000);
});

describe('streams and tags that OpenShift refuses, imports again or never imported', () => {
  it('are moved in one run, and a second run agrees', async () => {
    const first = await migrate('work');
    expect(first.exitCode, first.stderr).toBe(0);
    const plan = await itemsOf(path.join(first.shared, 'skopeo/reports/crane-skopeo-sync-gen.json'));
    const reasons = plan.map((item) => [stringAt(item, 'id') ?? '', stringAt(item, 'reason')] as const);
    expect(Object.fromEntries<unknown>(reasons)).toMatchObject({
      'shop/pointer:1': 'reference-tag',
      'shop/broken:1': 'import-failed',
      'shop/broken:later': 'deleted-target',
    });
    const verified = await itemsOf(path.join(first.shared, 'verify/reports/crane-verify.json'));
    expect(verified).toContainEqual(
      expect.objectContaining({
        id: 'image of image.openshift.io/v1 ImageStreamTag moved/redis:7',
        reason: 'digest-equal',
      }),
    );
    const second = await migrate('again');
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.results).toMatchObject({ 'images-copied': '0' });
  }, 120_000);

  it('keep labels, annotations and the repository that a stream follows', async () => {
    for (const name of ['web', 'python', 'redis', 'broken', 'pointer', 'tool', 'whole', 'target']) {
      const { body } = await ask('GET', `namespaces/moved/imagestreams/${name}`);
      expect(valueAt(body, 'metadata', 'labels'), name).toEqual(labels);
    }
    const stream = (await ask('GET', 'namespaces/moved/imagestreams/web')).body;
    expect(valueAt(stream, 'metadata', 'annotations')).toMatchObject({ 'shop.test/note': 'kept' });
    const whole = (await ask('GET', 'namespaces/moved/imagestreams/whole')).body;
    expect(stringAt(whole, 'spec', 'dockerImageRepository')).toBe(`${environment.publicName}/library/redis`);
  });

  it('mean what they meant at the source, whatever their registry has by now', async () => {
    for (const [name, image] of [
      ['web:1.0', web],
      ['web:latest', web],
      ['python:3', python],
      ['redis:7', redis],
      ['tool:1', tool],
    ] as const) {
      expect(stringAt(await tagOf('moved', name), 'image', 'metadata', 'name'), name).toBe(image.digest);
    }
  });

  it('follow only what the destination has', async () => {
    expect(valueAt(await tagOf('moved', 'web:latest'), 'tag', 'from')).toMatchObject({ name: 'web:1.0' });
    expect(valueAt(await tagOf('moved', 'tool:1'), 'tag')).toBeNull();
    expect(valueAt(await tagOf('moved', 'python:3'), 'tag')).toBeNull();
    const stream = (await ask('GET', 'namespaces/moved/imagestreams/pointer')).body;
    expect(arrayAt(stream, 'spec', 'tags')).toMatchObject([{ name: '1', reference: true }]);
  });
});
