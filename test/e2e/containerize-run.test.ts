import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { readRecord } from '../../src/domain/exports/export-record.ts';
import { isResource } from '../../src/domain/kube/resource.ts';
import { toBase64 } from '../../src/domain/core/redaction/secret-forms.ts';
import { namesArgument } from '../../testbed/clusters/names.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { publicRegistryRoute } from '../../testbed/clusters/sites.ts';
import { arbitraryUser } from '../../testbed/demo/demo.ts';
import { installTasks, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../testbed/demo/kubectl.ts';
import { runOneTask } from '../../testbed/demo/run-one-task.ts';
import { startRun } from '../../testbed/demo/start-run.ts';
import { watchRun, type FinishedRun } from '../../testbed/demo/watch-run.ts';
import { deployScene, makeNamespace, leaveNamespace, type Scene } from '../../testbed/notebook/scene.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';
import { prepareAccount, registry } from './forms/notes.ts';
import { inShell, startShell } from './volumes/scene.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
/** `runs`: also the namespace of the image in the registry of the destination. */
const names = { application: 'course', runs: 'course-exports' };
const repository = `${names.runs}/lab`;
const route = publicRegistryRoute(clusterNamed(destination.context));
const deadlineSeconds = 300;
let scene: Scene;
let scratch: string;
let run: FinishedRun;
let results: Readonly<Record<string, string>>;

/** Applies a file as the sample says, with the namespace of these runs. */
async function applySample(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await source.apply(loadAll(text.replaceAll(/: exports$/gm, `: ${names.runs}`)).filter(isObject));
}

/** What the runs in a namespace mount: logins of the registry of the destination, and its authority. */
async function applyLogins(kubectl: Kubectl, namespace: string, host: string): Promise<void> {
  const token = await destination.run(['create', 'token', 'builder', '-n', names.runs, '--duration=2h']);
  const config = JSON.stringify({ auths: { [host]: { auth: toBase64(`builder:${token.trim()}`) } } });
  const authorities = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  const login = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'registry-login' } };
  const objects = [
    { ...login, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': toBase64(config) } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cluster-ca' }, data: { 'ca.crt': authorities } },
  ];
  await kubectl.apply(objects, namespace);
  await writeFile(join(scratch, `${namespace}.json`), config, { mode: 0o600 });
}

async function applySourceCluster(): Promise<void> {
  const view = (field: string): Promise<string> =>
    source.run(['config', 'view', '--raw', '--minify', '--flatten', '-o', `jsonpath={.clusters[0].cluster.${field}}`]);
  const token = await source.run(['create', 'token', 'crane-exporter', '-n', names.runs, '--duration=2h']);
  const authority = Buffer.from(await view('certificate-authority-data'), 'base64').toString();
  const stringData = { url: await view('server'), token, 'ca.crt': authority };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'source-cluster' }, stringData };
  await destination.apply([secret], names.runs);
}

async function prepareRuns(): Promise<void> {
  await makeNamespace(destination, names.runs);
  await Promise.all([
    prepareAccount(destination, names.runs, 'builder'),
    installTasks(destination, names.runs, await loadTaskImage()),
  ]);
  await applyLogins(destination, names.runs, registry);
}

async function prepareApplication(): Promise<void> {
  scene = await deployScene({ kubectl: source, namespace: names.application });
  await installTasks(source, names.application, await loadTaskImage('source'));
  await applySample('tasks/app-containerize/rbac.yaml');
  await applySample('samples/app-containerize/source-account.yaml');
  await applySample('samples/app-containerize/claims-account.yaml');
}

const common = { 'destination-path': repository, 'confirm-public': 'true' };

async function runPipeline(): Promise<FinishedRun> {
  const name = await startRun(destination, {
    sample: 'samples/app-containerize/pipelinerun.yaml',
    namespace: names.runs,
    user: arbitraryUser,
    params: { ...common, 'source-namespace': names.application, 'destination-registry': registry },
  });
  return watchRun(destination, { namespace: names.runs, name, deadlineSeconds });
}

async function resultsOf({ name }: FinishedRun): Promise<Readonly<Record<string, string>>> {
  const found = await destination.get(['pipelinerun', name, '-n', names.runs]);
  const list = arrayAt(found, 'status', 'results');
  return Object.fromEntries(list.map((each) => [stringAt(each, 'name') ?? '', String(valueAt(each, 'value'))]));
}

/** Digests of the layers of an image in the registry of the destination. */
async function layersOf(digest: string): Promise<readonly unknown[]> {
  const image = `docker://${route}/${repository}@${digest}`;
  const inspect = ['skopeo', 'inspect', '--raw', `--authfile=${join(scratch, `${names.application}.json`)}`, image];
  const { stdout } = await execa('nsenter', [namesArgument(), `--wdns=${scratch}`, '--', ...inspect], {
    env: { SSL_CERT_FILE: join(checkoutCacheFolder, 'ca.crt') },
  });
  return arrayAt(JSON.parse(stdout), 'layers').map((layer) => valueAt(layer, 'digest'));
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'containerize-run-'));
  await Promise.all([prepareApplication(), prepareRuns()]);
  await Promise.all([applyLogins(source, names.application, route), applySourceCluster()]);
  run = await runPipeline();
  results = await resultsOf(run);
});

afterAll(async () => {
  await Promise.all([
    leaveNamespace(source, names.application),
    leaveNamespace(source, names.runs),
    leaveNamespace(destination, names.runs),
  ]);
  await rm(scratch, { recursive: true, force: true });
});

describe('the Pipeline app-portable-image, in restricted pods under an arbitrary user', () => {
  it('makes an image of an application of the other cluster', async () => {
    expect(run.succeeded, `${run.message}\n${[...run.logs.values()].join('\n')}`).toBe(true);
    expect(results['digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(results['image']).toMatch(/:[0-9a-z]+_lesson-1@sha256:/);
    expect((await layersOf(results['digest'] ?? '')).length).toBeGreaterThan(1);
  });

  it('leaves the record of the export in the namespace of the application', async () => {
    const records = await source.list(['configmaps', '-n', names.application, '-l', 'crane-tasks.dev/export']);
    const entries = records.filter(isResource).map((record) => readRecord(record)?.entry);
    expect(entries).toMatchObject([{ id: results['export'], state: 'ready', digest: results['digest'] }]);
  });

  it('leaves the report on its volume', async () => {
    const claims = await destination.list(['persistentvolumeclaims', '-n', names.runs]);
    const claim = stringAt(claims[0], 'metadata', 'name') ?? '';
    const reader = { kubectl: destination, namespace: names.runs, name: 'reader' };
    await startShell({ ...reader, claims: { '/data': claim }, user: arbitraryUser });
    const files = await inShell(reader, 'cd /data/containerize; find . -type f | sort');
    expect(files.trim().split('\n')).toEqual([
      './reports/app-containerize.json',
      './reports/image.html',
      './reports/image.json',
    ]);
  });

  it('has no secret value in the logs of its pods', async () => {
    const pods = await destination.list(['pods', '-n', names.runs, '-l', `tekton.dev/pipelineRun=${run.name}`]);
    expect(pods.length).toBeGreaterThan(2);
    const logs = await Promise.all(
      pods.map((pod) =>
        destination.run(['logs', stringAt(pod, 'metadata', 'name') ?? '', '-n', names.runs, '--all-containers']),
      ),
    );
    for (const value of Object.values(scene.values)) expect(logs.join('\n')).not.toContain(value);
  });
});

describe('the Task app-containerize in the namespace of the application', () => {
  it('makes the same layers from claims that it mounts', async () => {
    const task = await runOneTask(source, {
      task: 'app-containerize',
      sample: 'samples/app-containerize/taskrun-claims.yaml',
      namespace: names.application,
      user: arbitraryUser,
      params: { ...common, 'destination-registry': route, 'export-name': 'claims' },
      deadlineSeconds,
    });
    expect(task.succeeded, task.log).toBe(true);
    expect(await layersOf(task.results['digest'] ?? '')).toEqual(await layersOf(results['digest'] ?? ''));
  });
});
