import { cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { contentOf } from '../../../src/domain/transform/traces/content.ts';
import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { isResource } from '../../../src/domain/kube/resource.ts';
import { command, readTree, runTaskCommand } from '../../builders/command.ts';
import { kindOf, numbered } from '../../builders/export-scene.ts';
import { killAtRandom, seededRandom, type Running, type Victim } from '../../builders/random-kills.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startFakeApi, type FakeApi } from '../../fakes/api-server.ts';
import { startCuttingProxy, type CuttingProxy } from '../../fakes/cutting-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import { planText, startSyncScene, type SyncScene } from '../../fakes/sync-scene.ts';

const seed = 20_261_121;
const kinds = ['configmaps ConfigMap', 'secrets Secret', 'services Service', 'serviceaccounts ServiceAccount'];
const objectsEach = 40;
const imageCount = 3;
/** Milliseconds. Five programs share the cores of the computer. */
const timeLimit = 300_000;

let scratch: string;
let api: FakeApi;
let cluster: TestCluster;
let proxy: CuttingProxy;
let images: SyncScene;
let built: readonly BuiltImage[];

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'random-kills-'));
  api = await startFakeApi({
    kinds: kinds.map((each) => {
      const [plural = '', kind = ''] = each.split(' ');
      return kindOf(plural, kind, { names: numbered(plural, objectsEach) });
    }),
  });
  const kubeconfig = await api.writeKubeconfig(scratch);
  const flags = ['--context=fake', '--namespace=shop', '--secrets=include', '--export-dir=export'];
  await runTask(['crane-export', `--kubeconfig=${kubeconfig}`, ...flags]);
  await runTask(['crane-transform', '--transform-dir=transform']);
  await writeManifests();
  await Promise.all([startImages(), startCluster()]);
});

afterAll(async () => {
  await Promise.all([api.stop(), proxy.stop(), images.stop()]);
  await cluster.stop();
  await rm(scratch, { recursive: true, force: true });
});

async function startImages(): Promise<void> {
  images = await startSyncScene();
  built = numbered('image', imageCount).map((name) =>
    buildImage([buildLayer('own', Buffer.alloc(50_000, name))], name),
  );
  for (const [index, image] of built.entries()) await pushImage(images.source.host, `app/${String(index)}:1`, image);
}

async function startCluster(): Promise<void> {
  cluster = await startTestCluster();
  proxy = await startCuttingProxy({ target: cluster.server.url, ca: cluster.ca, cuts: () => false });
  await cluster.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'all-accounts' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' }],
  });
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'runs' } });
  const token = await cluster.makeAccount('runs', 'mover', []);
  await writeFile(
    path.join(scratch, 'proxied'),
    JSON.stringify({
      'current-context': 'local',
      clusters: [{ name: 'local', cluster: { server: proxy.url } }],
      users: [{ name: 'local', user: { token } }],
      contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
    }),
  );
}

async function runTask(args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runTaskCommand(args, { cwd: scratch });
  expect(exitCode, stderr).toBe(0);
}

function start(args: readonly string[]): Running {
  const [node, program] = command;
  return execa(node, [program, ...args], { cwd: scratch, reject: false, stdin: 'ignore' });
}

/** A program that writes files from files or from the API server of the export. */
function aFileWriter(name: string, flag: string, more: readonly string[] = []): Victim {
  const folderOf = (run: string): string => path.join(scratch, `${name}-${run}`);
  return {
    name,
    prepare: () => Promise.resolve(),
    start: (run) => start([name, `--${flag}=${folderOf(run)}`, ...more]),
    progress: async (run) => (await readdir(folderOf(run), { recursive: true }).catch(() => [])).length,
    outcome: (run) => readTree(folderOf(run)),
    age: (run) => makeOld(folderOf(run)),
  };
}

function anImageCopy(): Victim {
  const folderOf = (run: string): string => path.join(images.folder, `work-${run}`);
  const front = images.front('destination');
  const sourceFront = images.front('source');
  const repository = (run: string, index: number): string => `${run}/moved-${String(index)}`;
  return {
    name: 'crane-skopeo-sync',
    prepare: async (run) => {
      const entries = built.map((image, index) => {
        return { source: `app/${String(index)}`, destination: repository(run, index), image, tags: ['1', '2'] };
      });
      await mkdir(folderOf(run));
      const plan = planText((await sourceFront).host, (await front).host, entries);
      await writeFile(path.join(folderOf(run), 'plan.json'), plan);
    },
    start: (run) => start(['crane-skopeo-sync', `--skopeo-dir=${folderOf(run)}`, `--ca-bundle=${images.caFile}`]),
    progress: async (run) => (await front).requests.filter((request) => request.path.includes(`/${run}/`)).length,
    outcome: async (run) => {
      const tags = built.flatMap((_, index) => ['1', '2'].map((tag) => `${repository(run, index)}:${tag}`));
      const digests = await Promise.all(tags.map((tag) => digestOf(images.destination.host, tag)));
      return [digests, JSON.stringify(await readTree(folderOf(run))).replaceAll(run, 'RUN')];
    },
    age: (run) => makeOld(folderOf(run)),
  };
}

function anApply(): Victim {
  const collections = ['/api/v1/namespaces/RUN/configmaps', '/apis/apps/v1/namespaces/RUN/deployments'];
  const folderOf = (run: string): string => path.join(scratch, `to-cluster-${run}`);
  return {
    name: 'kubectl-apply-files',
    prepare: async (run) => {
      await cluster.create('/api/v1/namespaces', { metadata: { name: run } });
      await cp(path.join(scratch, 'manifests'), folderOf(run), { recursive: true });
    },
    start: (run) =>
      start([
        ...['kubectl-apply-files', '--context=local', `--kubeconfig=${path.join(scratch, 'proxied')}`],
        ...[`--namespace=${run}`, `--output-dir=${folderOf(run)}`],
      ]),
    progress: (run) =>
      Promise.resolve(proxy.passed.filter((request) => request.includes(`/namespaces/${run}/`)).length),
    outcome: async (run) => {
      const lists = await Promise.all(
        collections.map((at) => cluster.cluster.request({ path: at.replace('RUN', run) })),
      );
      const objects = lists.flatMap((list) => arrayAt(list, 'items')).filter(isResource);
      const managers = objects.map(({ metadata }) =>
        arrayAt(metadata, 'managedFields').map((entry) => stringAt(entry, 'manager')),
      );
      const contents = JSON.stringify(objects.map(contentOf)).replaceAll(run, 'RUN');
      return [objects.length, managers, contents, await readTree(folderOf(run))];
    },
    age: (run) => makeOld(folderOf(run)),
  };
}

/** What may still be written by somebody is left alone by the next run. */
async function makeOld(folder: string): Promise<void> {
  const longAgo = new Date(Date.now() - 120_000);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((one) => one.isFile()))
    await utimes(path.join(entry.parentPath, entry.name), longAgo, longAgo);
}

async function writeManifests(): Promise<void> {
  await mkdir(path.join(scratch, 'manifests'));
  const template = {
    metadata: { labels: { app: 'a' } },
    spec: { containers: [{ name: 'main', image: 'a.test/a:1' }] },
  };
  const spec = { selector: { matchLabels: { app: 'a' } }, template };
  const maps = numbered('map', 30).map((name) => ({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name },
    data: { name },
  }));
  const deployments = numbered('web', 4).map((name) => ({
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name },
    spec,
  }));
  for (const object of [...maps, ...deployments])
    await writeFile(path.join(scratch, 'manifests', `${object.metadata.name}.json`), JSON.stringify(object));
}

const victims: readonly (readonly [string, number, () => Victim])[] = [
  [
    'crane-export',
    10,
    () =>
      aFileWriter('crane-export', 'export-dir', [
        `--kubeconfig=${path.join(scratch, 'kubeconfig')}`,
        '--context=fake',
        '--namespace=shop',
        '--secrets=include',
      ]),
  ],
  ['crane-transform', 10, () => aFileWriter('crane-transform', 'transform-dir')],
  ['crane-apply', 10, () => aFileWriter('crane-apply', 'output-dir')],
  ['crane-skopeo-sync', 10, anImageCopy],
  ['kubectl-apply-files', 10, anApply],
];

it.concurrent.each(victims)(
  '%s, killed at %i random points, ends in the next run as an undisturbed one',
  async (...row) => {
    const [name, kills, makeVictim] = row;
    const { undisturbed, revivals } = await killAtRandom(makeVictim(), kills, seededRandom(seed + name.length));
    expect(undisturbed.exitCode).toBe(0);
    expect(revivals).toHaveLength(kills);
    for (const { point, exitCode, outcome } of revivals) {
      expect(exitCode, point).toBe(0);
      expect(outcome, point).toEqual(undisturbed.outcome);
    }
  },
  timeLimit,
);

it('kills at fifty points in all', () => {
  expect(victims.reduce((sum, [, kills]) => sum + kills, 0)).toBe(50);
});
