import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { takeLock } from '../../testbed/clusters/lock.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { siteFolder, siteNamed } from '../../testbed/clusters/sites.ts';
import { foldersIn, readTask } from '../contract/task-files.ts';
import { prepareAccounts, type MoveNames } from '../../testbed/demo/accounts.ts';
import { arbitraryUser } from '../../testbed/demo/demo.ts';
import { installTasks, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../testbed/demo/kubectl.ts';
import { scanProcesses } from '../../testbed/demo/process-scan.ts';
import { proveMove } from '../../testbed/demo/proof.ts';
import { startRun } from '../../testbed/demo/start-run.ts';
import { watchRun, type FinishedRun } from '../../testbed/demo/watch-run.ts';
import { deployShop } from '../../testbed/shop/deploy.ts';

const names: MoveNames = { runs: 'migrations', application: 'shop' };
const source = localKubectl('source');
const destination = localKubectl('destination');
const sample = 'samples/app-migration/pipelinerun.yaml';
const deadlineSeconds = 540;
/** The sample's front end has a fixed node port, which only one move of it can have. */
let releasePort: (() => void) | undefined;
/** What crane-verify looks at in a move of a stateless application. */
const checks = [
  'exported objects are planned or left out',
  'planned objects are at the destination',
  'workloads are ready',
  'image tags mean the planned digests',
  'containers run the planned digests',
];

async function runSample(path: string, params: Readonly<Record<string, string>> = {}): Promise<FinishedRun> {
  const name = await startRun(destination, { sample: path, namespace: names.runs, user: arbitraryUser, params });
  return watchRun(destination, { namespace: names.runs, name, deadlineSeconds });
}

beforeAll(async () => {
  releasePort = await takeLock('shop-node-port');
  // An interrupted run of the other move of the sample leaves it there.
  await destination.run(['delete', 'namespace', 'fused-shop', '--ignore-not-found']);
  await deployShop();
  const registryCertificates = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  await prepareAccounts({ podSecurity: 'restricted', source, destination, names, registryCertificates });
  await installTasks(destination, names.runs, await loadTaskImage());
});

afterAll(() => releasePort?.());

describe('the Pipeline crane-app-migration, in a restricted namespace under an arbitrary user', () => {
  let run: FinishedRun;
  let tokens: readonly string[];
  let seen: ReturnType<ReturnType<typeof scanProcesses>>;
  beforeAll(async () => {
    tokens = await clusterTokens();
    const stopScan = scanProcesses(tokens);
    run = await runSample(sample);
    seen = stopScan();
  });

  it('succeeds and says so task by task', () => {
    expect(run.message).toMatch(/^(Succeeded|Completed)/);
    expect(run.logs.get('summary')).toContain('all succeeded');
  });

  it('moves the application: pods ready, same answers, same image digests on both clusters', async () => {
    const proof = await proveMove(source, destination, names);
    expect(proof.differences).toEqual([]);
    expect(proof.images.length).toBeGreaterThanOrEqual(6);
  });

  it('ends with the proof that the destination is as it was planned', () => {
    const log = run.logs.get('verify') ?? '';
    for (const check of checks) expect(log).toMatch(new RegExp(`${check}: [1-9]\\d* agree, 0 differ`));
  });

  it('has counts and digests as results', async () => {
    const object = await destination.get(['pipelinerun', run.name, '-n', names.runs]);
    const results = Object.fromEntries(
      arrayAt(object, 'status', 'results').map((result) => [stringAt(result, 'name') ?? '', valueAt(result, 'value')]),
    );
    expect(results).toMatchObject({
      'images-copied': expect.stringMatching(/^\d+$/) as string,
      'images-present': expect.stringMatching(/^\d+$/) as string,
      'resources-applied': expect.stringMatching(/^[1-9]\d*$/) as string,
    });
  });

  it('shows no token in the arguments or the environment of any process', () => {
    expect(seen.processes).toBeGreaterThan(50);
    expect(seen.sightings).toEqual([]);
  });

  it('leaves no token in logs, results or on the shared volume', async () => {
    const runs = await destination.run(['get', 'pipelineruns,taskruns', '-n', names.runs, '-o', 'json']);
    const texts = [...run.logs.values(), runs, ...(await volumeTexts())];
    expect(texts.length).toBeGreaterThan(30);
    expect(texts.filter((text) => tokens.some((token) => text.includes(token)))).toEqual([]);
  });

  it("leaves no value of the application's Secrets on the shared volume, and copies them completely", async () => {
    const values = await secretValues(source);
    expect(values.length).toBeGreaterThan(1);
    expect(await secretValues(destination)).toEqual(values);
    const texts = [...run.logs.values(), ...(await volumeTexts())];
    const shown = values.flatMap((value) => [value, Buffer.from(value, 'base64').toString()]);
    expect(shown.filter((value) => texts.some((text) => text.includes(value)))).toEqual([]);
  });
});

describe('runs side by side, on the moved application', () => {
  const hostile = `x'"; $(id > /tmp/owned); --context=source\n`;
  let again: FinishedRun;
  let images: FinishedRun;
  let missing: FinishedRun;
  let injected: FinishedRun;
  let drifted: FinishedRun;
  beforeAll(async () => {
    await addToConfig({ drifted: 'yes' });
    [again, images, missing, injected, drifted] = await Promise.all([
      runSample(sample, { verify: 'false' }),
      runSample('samples/app-migration/image-migration-pipelinerun.yaml'),
      runSample(sample, { 'source-namespace': 'no-such-namespace' }),
      runSample(sample, { 'source-namespace': hostile }),
      runSample(sample),
    ]).finally(() => addToConfig({ drifted: null }));
  });

  it('succeeds again on the moved application, with nothing left to copy, and without the proof where it is not wanted', async () => {
    expect(again.message).toMatch(/^Completed/);
    expect([...again.logs.keys()]).not.toContain('verify');
    const object = await destination.get(['pipelinerun', again.name, '-n', names.runs]);
    const copied = arrayAt(object, 'status', 'results').find((result) => valueAt(result, 'name') === 'images-copied');
    expect(valueAt(copied, 'value')).toBe('0');
  });

  it('an object that is not as it was planned fails the run with its name', () => {
    expect(drifted.succeeded).toBe(false);
    expect(drifted.logs.get('verify')).toMatch(
      /different v1 ConfigMap shop\/redis-config: another content: data\.drifted/,
    );
    expect(drifted.logs.get('summary')).toContain('crane-verify');
  });

  it('crane-image-migration moves only the images', () => {
    expect(images.message).toMatch(/^(Succeeded|Completed)/);
    expect([...images.logs.keys()]).not.toContain('manifests');
  });

  it('a namespace that does not exist fails the run with cause and remedy', () => {
    expect(missing.succeeded).toBe(false);
    expect(missing.logs.get('export')).toMatch(/no-such-namespace/);
    expect(missing.logs.get('summary')).toContain('crane-export');
  });

  it('hostile text is taken literally and none of it runs', () => {
    expect(injected.succeeded).toBe(false);
    expect(injected.logs.get('export')).toMatch(/crane-export-plan: /);
    expect(injected.logs.get('export')).not.toMatch(/uid=/);
  });
});

/** Fields of a step that Tekton itself acts on, which no container has. */
const fieldsOfTekton = new Set(['computeResources', 'timeout', 'workspaces']);

describe('Pod Security restricted', () => {
  it.each(foldersIn('tasks'))('admits the pod of Task %s', async (name) => {
    const step = arrayAt(readTask(name), 'spec', 'steps')[0];
    if (!isObject(step)) throw new Error(`Task ${name} has no step`);
    const container = Object.fromEntries(Object.entries(step).filter(([field]) => !fieldsOfTekton.has(field)));
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `admission-${name}`, namespace: names.runs },
      spec: {
        containers: [{ ...container, resources: valueAt(step, 'computeResources') }],
        volumes: arrayAt(readTask(name), 'spec', 'volumes'),
      },
    };
    const answer = await destination.run(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
    expect(answer).toContain('created (server dry run)');
  });
});

/** Changes the data of a moved ConfigMap as somebody else would. */
function addToConfig(data: Readonly<Record<string, string | null>>): Promise<string> {
  const patch = JSON.stringify({ data });
  return destination.run(['patch', 'configmap', 'redis-config', '-n', names.application, '--type=merge', '-p', patch]);
}

/** The tokens with which the tasks log in at both clusters. */
async function clusterTokens(): Promise<readonly string[]> {
  const secrets = await Promise.all(
    ['source-cluster', 'destination-cluster'].map((name) => destination.get(['secret', name, '-n', names.runs])),
  );
  const tokens = secrets.map((secret) => Buffer.from(stringAt(secret, 'data', 'token') ?? '', 'base64').toString());
  if (tokens.some((token) => token.length < 100)) throw new Error('a cluster Secret holds no token');
  return tokens;
}

/** The values of the Secrets that the application brings itself, as base64. */
async function secretValues(cluster: Kubectl): Promise<readonly string[]> {
  const secrets = await cluster.list(['secrets', '-n', names.application, '-l', 'app=shop']);
  return secrets.flatMap((secret) => {
    const data = valueAt(secret, 'data');
    return isObject(data) ? Object.values(data).map(String) : [];
  });
}

/** All files of the volumes of the runs, as the destination's node sees them: the name of a volume has its namespace in it. */
async function volumeTexts(): Promise<readonly string[]> {
  const root = siteFolder(siteNamed('destination'), 'volumes');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.parentPath.includes(`_${names.runs}_`))
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}
