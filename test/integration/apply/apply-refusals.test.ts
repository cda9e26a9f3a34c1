import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startAdmissionWebhook, type Admission, type AdmissionWebhook } from '../../fakes/admission-webhook.ts';
import { podSpec, useApplyScene } from '../../fakes/apply-scene.ts';
import { readKubeconfig } from '../../../testbed/openshift/kube/kubeconfig.ts';

const scene = useApplyScene();

interface ReportedItem {
  readonly id: string;
  readonly outcome: string;
  readonly reason: string;
  readonly message?: string;
  readonly evidence?: Readonly<Record<string, string>>;
}

/** The item of the last report whose id ends so. */
async function itemOf(name: string): Promise<ReportedItem> {
  const report = JSON.parse(await readFile(join(scene.folder, 'output/reports/kubectl-apply-files.json'), 'utf8')) as {
    readonly items: readonly ReportedItem[];
  };
  const found = report.items.find((item) => item.id.endsWith(`/${name}`) || item.id.endsWith(` ${name}`));
  if (found === undefined) throw new Error(`no item ${name} in the report`);
  return found;
}

function aJob(image: string): object {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } };
  return scene.anObject('batch/v1 Job', 'migrate', { spec: { template } });
}

function create(object: object): Promise<string> {
  return scene.cluster.kubectl(['create', '-f', '-'], JSON.stringify(object));
}

describe('the evidence of what was applied', () => {
  it('names the object, its version, what was done and what it says, without a digest of secret values', async () => {
    await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { a: '1' } }));
    await scene.put('output/secret.yaml', scene.anObject('v1 Secret', 'login', { stringData: { password: 'one' } }));
    await scene.applyFiles();
    const first = await itemOf('settings');
    expect(first.evidence).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: scene.namespace,
      name: 'settings',
      uid: await scene.get('configmap', 'settings', '{.metadata.uid}'),
      resourceVersion: await scene.get('configmap', 'settings', '{.metadata.resourceVersion}'),
      operation: 'created',
    });
    const secret = await itemOf('login');
    await scene.put('output/secret.yaml', scene.anObject('v1 Secret', 'login', { stringData: { password: 'two' } }));
    await scene.applyFiles();
    expect((await itemOf('settings')).evidence).toEqual({
      ...first.evidence,
      operation: 'unchanged',
      origin: 'created',
    });
    expect((await itemOf('login')).evidence).toMatchObject({
      operation: 'changed',
      contentDigest: secret.evidence?.['contentDigest'],
    });
  });

  it('says which fields stand in the way and who holds them', async () => {
    await scene.cluster.kubectl(['create', 'deployment', 'taken', '--image=a', '-n', scene.namespace]);
    await scene.put('output/taken.yaml', scene.anObject('apps/v1 Deployment', 'taken', { spec: { replicas: 7 } }));
    expect((await scene.applyFiles()).exitCode).toBe(4);
    expect(await itemOf('taken')).toMatchObject({
      reason: 'conflict',
      evidence: { fields: '.spec.replicas', managers: 'kubectl-create' },
    });
  });
});

describe('a field that the kind does not have', () => {
  it('is refused and named, whether the kind is built in or custom', async () => {
    const schema = {
      openAPIV3Schema: {
        type: 'object',
        properties: { spec: { type: 'object', properties: { size: { type: 'string' } } } },
      },
    };
    const versions = [{ name: 'v1', served: true, storage: true, schema }];
    const names = { kind: 'Thing', plural: 'things' };
    await scene.put('output/definition.yaml', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.refusals.test' },
      spec: { group: 'refusals.test', scope: 'Namespaced', names, versions },
    });
    const spec = { size: 'small', colour: 'blue' };
    await scene.put('output/custom.yaml', scene.anObject('refusals.test/v1 Thing', 'custom', { spec }));
    await scene.put('output/built-in.yaml', scene.anObject('v1 ConfigMap', 'built-in', { date: {} }));
    expect((await scene.applyFiles()).exitCode).toBe(4);
    const [custom, builtIn] = [await itemOf('custom'), await itemOf('built-in')];
    expect(custom).toMatchObject({ reason: 'invalid', message: expect.stringContaining('.spec.colour') as string });
    expect(builtIn).toMatchObject({ reason: 'invalid', message: expect.stringContaining('.date') as string });
  });
});

describe('a field that cannot change', () => {
  beforeEach(async () => {
    await create(aJob('registry.test/one:1'));
    await scene.put('output/job.yaml', aJob('registry.test/two:1'));
  });

  it('is named, and the object remains', async () => {
    const uid = await scene.get('job', 'migrate', '{.metadata.uid}');
    expect((await scene.applyFiles('--take-ownership=true')).exitCode).toBe(4);
    expect(await itemOf('migrate')).toMatchObject({ reason: 'immutable', evidence: { fields: 'spec.template' } });
    await scene.applyFiles('--take-ownership=true', '--recreate=ConfigMap,Deployment.apps');
    expect(await scene.get('job', 'migrate', '{.metadata.uid}')).toBe(uid);
  });

  it('recreates the object when its kind is named', async () => {
    const uid = await scene.get('job', 'migrate', '{.metadata.uid}');
    const args = ['--take-ownership=true', '--recreate=Job.batch'];
    const dry = await scene.applyFiles(...args, '--dry-run=true');
    expect([dry.exitCode, (await itemOf('migrate')).reason]).toEqual([0, 'recreated']);
    expect(await scene.get('job', 'migrate', '{.metadata.uid}')).toBe(uid);
    expect((await scene.applyFiles(...args)).exitCode).toBe(0);
    expect(await itemOf('migrate')).toMatchObject({ reason: 'recreated', evidence: { operation: 'changed' } });
    expect(await scene.get('job', 'migrate', '{.metadata.uid}')).not.toBe(uid);
    expect(await scene.get('job', 'migrate', '{.spec.template.spec.containers[0].image}')).toBe('registry.test/two:1');
  });

  it('keeps the object when the cluster would not take the new one', async () => {
    const uid = await scene.get('job', 'migrate', '{.metadata.uid}');
    await create(scene.anObject('v1 ResourceQuota', 'full', { spec: { hard: { 'count/jobs.batch': '1' } } }));
    const status = { status: { hard: { 'count/jobs.batch': '1' }, used: { 'count/jobs.batch': '1' } } };
    const patch = ['patch', 'resourcequota', 'full', '-n', scene.namespace, '--subresource=status', '--type=merge'];
    await scene.cluster.kubectl([...patch, '-p', JSON.stringify(status)]);
    expect((await scene.applyFiles('--take-ownership=true', '--recreate=Job')).exitCode).toBe(4);
    expect((await itemOf('migrate')).reason).toBe('quota');
    expect(await scene.get('job', 'migrate', '{.metadata.uid}')).toBe(uid);
  });

  it('refuses an invalid kind', async () => {
    expect((await scene.applyFiles('--recreate=job;rm')).results['status']).toBe('invalid-param');
  });
});

describe('limits of the destination', () => {
  it('are distinguished: a taken node port, a limit range, rights that the account itself does not have', async () => {
    const ports = [{ port: 80, nodePort: 30_123 }];
    await create(scene.anObject('v1 Service', 'first', { spec: { type: 'NodePort', ports } }));
    await create(
      scene.anObject('v1 LimitRange', 'small', { spec: { limits: [{ type: 'Container', max: { memory: '1Mi' } }] } }),
    );
    const resources = { limits: { memory: '1Gi' } };
    const big = { containers: [{ name: 'main', image: 'a', resources }] };
    await scene.put('output/port.yaml', scene.anObject('v1 Service', 'second', { spec: { type: 'NodePort', ports } }));
    await scene.put('output/big.yaml', scene.anObject('v1 Pod', 'big', { spec: big }));
    await scene.put('output/good.yaml', scene.anObject('v1 ConfigMap', 'good'));
    const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }];
    await scene.put('output/role.yaml', scene.anObject('rbac.authorization.k8s.io/v1 Role', 'more', { rules }));
    const token = await scene.cluster.createToken(scene.namespace);
    const verbs = '--verb=create,patch,get,list';
    const kinds = '--resource=roles,secrets,services,pods,configmaps';
    await scene.cluster.kubectl(['create', 'role', 'some', verbs, kinds, '-n', scene.namespace]);
    const group = `--group=system:serviceaccounts:${scene.namespace}`;
    await scene.cluster.kubectl(['create', 'rolebinding', 'some', '--role=some', group, '-n', scene.namespace]);
    await scene.put('kubeconfig/kubeconfig', await kubeconfigWith(token));
    const { exitCode } = await scene.applyFiles('--kubeconfig=kubeconfig');
    expect(exitCode).toBe(4);
    expect(await scene.verdicts()).toMatchObject({
      'v1 Service second': 'port-taken',
      'v1 Pod big': 'limit-range',
      'v1 ConfigMap good': 'created',
    });
    expect((await itemOf('more')).reason).toBe('escalation');
  });

  async function kubeconfigWith(token: string): Promise<object> {
    const { server } = await readKubeconfig(scene.kubeconfig);
    return {
      'current-context': 'local',
      clusters: [{ name: 'local', cluster: { server, 'certificate-authority': scene.cluster.caFile } }],
      users: [{ name: 'local', user: { token } }],
      contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
    };
  }
});

describe('admission webhooks', () => {
  const webhooks: AdmissionWebhook[] = [];

  afterEach(async () => {
    await scene.cluster.kubectl(['delete', 'validatingwebhookconfigurations,mutatingwebhookconfigurations', '--all']);
    await Promise.all(webhooks.splice(0).map((webhook) => webhook.stop()));
  });

  async function register(kind: 'Validating' | 'Mutating', decide: (before: number) => Admission) {
    const webhook = await startAdmissionWebhook(scene.cluster.config.api, decide);
    webhooks.push(webhook);
    const caBundle = Buffer.from(await readFile(scene.cluster.caFile)).toString('base64');
    const rule = { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE'] };
    const matches = { matchLabels: { 'kubernetes.io/metadata.name': scene.namespace } };
    const entry = {
      name: 'judge.example.com',
      rules: [rule],
      namespaceSelector: matches,
      clientConfig: { url: webhook.url, caBundle },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      timeoutSeconds: 1,
    };
    await create({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: `${kind}WebhookConfiguration`,
      metadata: { name: scene.namespace },
      webhooks: [entry],
    });
    await untilInForce(webhook);
    return webhook;
  }

  /** The API server takes up a new configuration within a second or so. */
  async function untilInForce(webhook: AdmissionWebhook): Promise<void> {
    for (let tries = 0; webhook.asked() === 0 && tries < 100; tries += 1) {
      const map = scene.anObject('v1 ConfigMap', `probe-${String(tries)}`);
      await scene.cluster
        .kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(map))
        .catch(() => undefined);
    }
  }

  beforeEach(() => scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { a: '1' } })));

  it('deny in their own words', async () => {
    await register('Validating', () => ({ allowed: false, message: 'label "team" is missing: see rule 7' }));
    expect((await scene.applyFiles()).exitCode).toBe(4);
    expect(await itemOf('settings')).toMatchObject({ reason: 'denied' });
    expect((await itemOf('settings')).message).toContain('label "team" is missing: see rule 7');
  });

  it('are asked again when they do not answer', async () => {
    const webhook = await register('Validating', (before) => (before < 3 ? 'silent' : { allowed: true }));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    expect(webhook.asked()).toBeGreaterThanOrEqual(4);
    expect((await itemOf('settings')).reason).toBe('created');
  });

  it('that change what is asked for are reported, without values', async () => {
    const patch = [{ op: 'replace', path: '/data/a', value: 'changed-by-webhook' }];
    await register('Mutating', () => ({ allowed: true, patch }));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    const item = await itemOf('settings');
    expect(item).toMatchObject({ outcome: 'done', message: 'the cluster set otherwise than asked: data.a' });
    expect(JSON.stringify(item)).not.toContain('changed-by-webhook');
  });
});

describe('what reaches beyond its namespace', () => {
  it('is applied and reported', async () => {
    const binding = {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'elsewhere' }],
    };
    const volumes = [{ name: 'node', hostPath: { path: '/' } }];
    await scene.put(
      'output/binding.yaml',
      scene.anObject('rbac.authorization.k8s.io/v1 RoleBinding', 'viewers', binding),
    );
    await scene.put('output/pod.yaml', scene.anObject('v1 Pod', 'host', { spec: { ...podSpec, volumes } }));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    expect((await itemOf('viewers')).message).toBe('it gives rights to accounts of other namespaces: elsewhere');
    expect((await itemOf('host')).message).toBe('its pods mount folders of their node (hostPath)');
  });
});
