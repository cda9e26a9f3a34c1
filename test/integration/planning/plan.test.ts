import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { readAnswers } from '../../../src/domain/planning/answers.ts';
import { makeFolder } from '../../builders/command.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { serveTektonKinds } from '../../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const secretValue = 'planted-value-0815';
const runsPath = '/apis/tekton.dev/v1/namespaces/migrations/pipelineruns';

let cluster: TestCluster;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  cluster = await startTestCluster();
  folder = await makeFolder();
  await serveTektonKinds(cluster);
  for (const name of ['shop', 'shop-2', 'migrations'])
    await cluster.create('/api/v1/namespaces', { metadata: { name } });
  const at = '/api/v1/namespaces/shop';
  await cluster.create(`${at}/secrets`, {
    metadata: { name: 'login' },
    type: 'kubernetes.io/basic-auth',
    stringData: { password: secretValue },
  });
  await cluster.create(`${at}/configmaps`, { metadata: { name: 'settings' }, data: { colour: 'red' } });
  const storage = { requests: { storage: '1Gi' } };
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'gold', resources: storage };
  await cluster.create(`${at}/persistentvolumeclaims`, { metadata: { name: 'data' }, spec });
  const provisioner = 'example.com/none';
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  await cluster.create('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'silver', annotations },
    provisioner,
  });
});

afterAll(async () => {
  await folder.remove();
  await cluster.stop();
});

async function plan(...args: readonly string[]) {
  const flags = [`--kubeconfig=${cluster.server.kubeconfigPath}`, '--namespace=migrations', ...args];
  return runInProcess('plan', flags, { cwd: folder.path, environment: { PATH: process.env['PATH'] } });
}

const defaults = ['--source-namespace=shop', '--destination-namespace=shop-2'];

async function writeAnswers(change: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { stdout } = await plan(...defaults, '--show=answers');
  const [answers] = yamlCodec.parse(stdout, 'answers');
  const path = join(folder.path, 'answers.yaml');
  await writeFile(path, yamlCodec.format({ ...(isObject(answers) ? answers : {}), ...change }));
  return path;
}

describe('plan', () => {
  it('prints answers that it takes again, and then the objects of the first run', async () => {
    const path = await writeAnswers();
    const answers = readAnswers(yamlCodec.parse(await readFile(path, 'utf8'), path), path);
    expect(answers.claims?.settings).toEqual([
      {
        name: 'data',
        move: true,
        newName: 'data',
        storageClass: 'silver',
        size: '1Gi',
        accessModes: ['ReadWriteOnce'],
      },
    ]);
    const first = await plan(`--answers=${path}`);
    const second = await plan(`--answers=${path}`);
    expect([first.exitCode, second.stdout]).toEqual([0, first.stdout]);
    const objects = yamlCodec.parse(first.stdout, 'objects');
    expect(objects.map((each) => stringAt(each, 'kind'))).toEqual(['ConfigMap', 'Secret', 'Secret', 'PipelineRun']);
    expect(arrayAt(objects.at(-1), 'spec', 'params')).toContainEqual({
      name: 'claim-settings',
      value: '[{"name":"data","storageClass":"silver"}]',
    });
  });

  it('asks about the claim with the classes of the destination', async () => {
    const { stdout } = await plan(...defaults, '--show=questions');
    const asked = arrayAt({ questions: JSON.parse(stdout) as unknown }, 'questions').find(
      (each) => stringAt(each, 'id') === 'claims.settings.data.storageClass',
    );
    expect(valueAt(asked, 'choices')).toEqual([{ value: 'silver', label: 'example.com/none, default' }]);
  });

  it('never reads the value of a Secret', async () => {
    for (const show of ['objects', 'answers', 'questions']) {
      const { stdout, stderr } = await plan(...defaults, `--show=${show}`);
      expect(stdout + stderr).not.toContain(secretValue);
      expect(stdout + stderr).not.toContain(Buffer.from(secretValue).toString('base64'));
    }
  });

  it('prints what is wrong with answers and no objects', async () => {
    const path = await writeAnswers({ claims: { settings: [{ name: 'data', storageClass: 'gold', size: '1' }] } });
    const { exitCode, stdout, stderr } = await plan(`--answers=${path}`);
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toContain('claims.settings.data.storageClass: the destination has no StorageClass gold');
    expect(stderr).toContain('claims.settings.data.size: 1 is less than the 1Gi');
  });

  it.each([
    [['--answers=missing.yaml'], 2, 'missing.yaml: the file cannot be read'],
    [[], 2, 'no namespace at the source is given'],
    [[...defaults, '--action=images'], 2, 'the answers ask for no images'],
    [['--source-namespace=absent'], 2, 'namespace absent'],
  ])('%j ends with %i', async (args, code, message) => {
    const { exitCode, stderr } = await plan(...args);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(message);
  });
});

describe('plan --create', () => {
  it('creates accounts, logins and the run, all owned by the ConfigMap', async () => {
    const path = await writeAnswers({ name: 'one' });
    const { exitCode, stdout, stderr } = await plan(`--answers=${path}`, '--create=true', '--action=cutover');
    expect(exitCode, stderr).toBe(0);
    const secret = await cluster.cluster.request({ path: '/api/v1/namespaces/migrations/secrets/one-source' });
    const token = Buffer.from(stringAt(secret, 'data', 'token') ?? '', 'base64').toString();
    expect(stdout + stderr).not.toContain(token);
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'migration-one', uid: expect.any(String) as string };
    expect(valueAt(secret, 'metadata', 'ownerReferences')).toEqual([owner]);
    const run = arrayAt(await cluster.cluster.request({ path: runsPath }), 'items')[0];
    expect(valueAt(run, 'metadata', 'ownerReferences')).toEqual([owner]);
    expect(stringAt(run, 'spec', 'pipelineRef', 'name')).toBe('crane-cutover');
    const kubeconfig = await cluster.writeKubeconfig('account', { token });
    const own = await runInProcess('plan', [`--kubeconfig=${kubeconfig}`, ...defaults], {
      cwd: folder.path,
      environment: {},
    });
    expect(own.stderr).not.toContain('may not list');
  });

  it('refuses a second migration of that name', async () => {
    const path = await writeAnswers({ name: 'one' });
    const { exitCode, stderr } = await plan(`--answers=${path}`);
    expect([exitCode, stderr.includes('name: a migration of namespace migrations has the name one')]).toEqual([
      4,
      true,
    ]);
  });

  it('leaves nothing when the server refuses the run after its check', async () => {
    await refuseRunsOf('two');
    const path = await writeAnswers({ name: 'two' });
    const { exitCode, stderr } = await plan(`--answers=${path}`, '--create=true');
    expect(exitCode, stderr).toBe(3);
    for (const plural of ['configmaps', 'secrets']) {
      const query = { labelSelector: 'crane-tasks.dev/migration=two' };
      const left = await cluster.cluster.request({ path: `/api/v1/namespaces/migrations/${plural}`, query });
      expect(arrayAt(left, 'items')).toEqual([]);
    }
  });
});

/** Makes the API server refuse the runs of a migration, but not the check of them. */
async function refuseRunsOf(migration: string): Promise<void> {
  const at = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic';
  const rule = { apiGroups: ['tekton.dev'], apiVersions: ['v1'], resources: ['pipelineruns'], operations: ['CREATE'] };
  const expression = `request.dryRun || object.metadata.labels['crane-tasks.dev/migration'] != '${migration}'`;
  const spec = { matchConstraints: { resourceRules: [rule] }, validations: [{ expression }] };
  await cluster.create(`${at}ies`, { metadata: { name: 'refuse' }, spec });
  const binding = { policyName: 'refuse', validationActions: ['Deny'] };
  await cluster.create(`${at}ybindings`, { metadata: { name: 'refuse' }, spec: binding });
  const metadata = { generateName: 'probe-', labels: { 'crane-tasks.dev/migration': migration } };
  const probe = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata };
  await expect
    .poll(
      () =>
        cluster.create(runsPath, probe).then(
          () => 'taken',
          () => 'refused',
        ),
      { timeout: 30_000 },
    )
    .toBe('refused');
}
