import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stringAt } from '../../../src/domain/core/json-object.ts';
import { strictYamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { findContainer, type ContainerRequest } from '../../../src/usecases/containerize/find-container.ts';
import { listWorkloads } from '../../../src/usecases/containerize/list-workloads.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { thrownBy } from '../../builders/task-error.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const namespace = 'shop';
const digest = `sha256:${'a'.repeat(64)}`;
const apps = `/apis/apps/v1/namespaces/${namespace}`;
const core = `/api/v1/namespaces/${namespace}`;

let test: TestCluster;

/** A workload whose pods have two containers, as the API server stores it. */
function workload(name: string, annotations: object = {}) {
  return {
    metadata: { name, annotations },
    spec: { serviceName: name, selector: { matchLabels: { app: name } }, template: template(name) },
  };
}

function template(name: string, container: object = {}) {
  return {
    metadata: { labels: { app: name } },
    spec: {
      containers: [
        { name: 'lab', image: 'quay.io/jupyter/lab:1', ...container },
        { name: 'proxy', image: 'proxy:1' },
      ],
    },
  };
}

/** Makes a pod with the status that a kubelet would write. */
async function makePod(name: string, container: object, owner?: object): Promise<void> {
  const { metadata, spec } = template(name.replace(/-0$/, ''), container);
  const ownerReferences = owner === undefined ? [] : [owner];
  await test.create(`${core}/pods`, {
    metadata: { name, ...metadata, ownerReferences },
    spec: { ...spec, serviceAccountName: 'default', automountServiceAccountToken: false },
  });
  const containerStatuses = ['lab', 'proxy'].map((each) => ({
    name: each,
    ready: true,
    restartCount: 0,
    image: 'quay.io/jupyter/lab:1',
    imageID: `quay.io/jupyter/lab@${digest}`,
    containerID: 'containerd://1',
    state: { running: { startedAt: '2026-01-02T03:04:05Z' } },
  }));
  await test.cluster.request({
    method: 'PATCH',
    path: `${core}/pods/${name}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses } },
  });
}

/** With a profile, on an API server that gets the kind first. */
async function createDeploymentConfig(name: string): Promise<unknown> {
  const [plural, group] = ['deploymentconfigs', 'apps.openshift.io'];
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await test.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular: 'deploymentconfig', kind: 'DeploymentConfig' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  const body = {
    apiVersion: `${group}/v1`,
    kind: 'DeploymentConfig',
    metadata: { name, annotations: { 'crane-tasks.dev/application-profile-configmap': 'profile' } },
    spec: { selector: { app: name }, template: template(name) },
  };
  let created: unknown;
  await waitFor({
    what: 'the kind DeploymentConfig',
    seconds: 60,
    check: async () => {
      created = await test.create(`/apis/${group}/v1/namespaces/${namespace}/${plural}`, body).catch(() => undefined);
      return created === undefined ? 'it is not served' : undefined;
    },
  });
  return created;
}

function uidOf(object: unknown): string | undefined {
  return stringAt(object, 'metadata', 'uid');
}

function find(name: string, more: Partial<ContainerRequest> = {}) {
  const request = { namespace, workload: name, container: undefined, profileConfigMap: undefined, ...more };
  return findContainer(request, { cluster: test.cluster, yaml: strictYamlCodec });
}

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: namespace } });
  await test.create(`${core}/serviceaccounts`, { metadata: { name: 'default' } }).catch(() => undefined);
  await test.create(`${core}/configmaps`, {
    metadata: { name: 'profile' },
    data: { 'profile.yaml': 'schemaVersion: 1\naddOns: [proxy]\nworkspace: [/home/u/work]\n' },
  });
  await test.create(`${core}/configmaps`, { metadata: { name: 'settings' }, data: { MODE: 'fast' } });
  await test.create(`${core}/secrets`, { metadata: { name: 'db' }, stringData: { password: 'hunter2hunter2' } });
  await test.create(
    `${apps}/statefulsets`,
    workload('lab', { 'crane-tasks.dev/application-profile-configmap': 'profile' }),
  );
  const envFrom = [
    { configMapRef: { name: 'settings' } },
    { secretRef: { name: 'db' } },
    { secretRef: { name: 'none', optional: true } },
  ];
  await makePod('lab-0', { envFrom });
  await test.create(`${apps}/deployments`, workload('idle'));
  await test.create(`${apps}/statefulsets`, workload('twice'));
  await test.create(`${apps}/deployments`, workload('twice'));
  const refused = await test.create(
    `${apps}/deployments`,
    workload('paid', { 'crane-tasks.dev/export': 'false', 'crane-tasks.dev/export-reason': 'license' }),
  );
  const { uid } = (refused as { metadata: { uid: string } }).metadata;
  await makePod('paid-0', {}, { apiVersion: 'apps/v1', kind: 'Deployment', name: 'paid', uid, controller: true });
  await test.create(
    `${apps}/statefulsets`,
    workload('broken', { 'crane-tasks.dev/application-profile': 'schemaVersion: 1\nlibary: [/a]' }),
  );
});

afterAll(() => test.stop());

describe('findContainer', () => {
  it.each(['lab', 'statefulset/lab', 'sts/lab'])(
    'finds the container of %s, its profile and its environment',
    async (name) => {
      const found = await find(name);
      expect(found).toMatchObject({
        workload: { kind: 'StatefulSet', namespace, name: 'lab' },
        container: 'lab',
        state: { id: 'containerd://1', startedAt: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 },
        image: { location: { host: 'quay.io', path: 'jupyter/lab', digest }, reason: 'digest-of-pod' },
        architecture: undefined,
        profile: { source: 'ConfigMap shop/profile', profile: { workspace: ['/home/u/work'] } },
        warnings: [],
      });
      expect(found.objects.configMaps).toEqual(new Map([['settings', { MODE: 'fast' }]]));
      expect(found.objects.secretKeys).toEqual(new Map([['db', ['password']]]));
      expect(JSON.stringify(found)).not.toContain('hunter2');
    },
  );

  it('finds the container of a DeploymentConfig, whose pods are those of its ReplicationController', async () => {
    const config = await createDeploymentConfig('config');
    const owner = { apiVersion: 'apps.openshift.io/v1', kind: 'DeploymentConfig', name: 'config', controller: true };
    const controller = await test.create(`${core}/replicationcontrollers`, {
      metadata: { name: 'config-1', ownerReferences: [{ ...owner, uid: uidOf(config) }] },
      spec: { replicas: 0, selector: { app: 'config' }, template: template('config') },
    });
    const ofPod = { apiVersion: 'v1', kind: 'ReplicationController', name: 'config-1', controller: true };
    await makePod('config-0', {}, { ...ofPod, uid: uidOf(controller) });
    for (const name of ['config', 'dc/config'])
      expect(await find(name)).toMatchObject({
        workload: { kind: 'DeploymentConfig', namespace, name: 'config' },
        pod: { metadata: { name: 'config-0' } },
        image: { reason: 'digest-of-pod' },
      });
    // What its owner declared counts for the pod too.
    expect(await find('pod/config-0')).toMatchObject({ profile: { profile: { workspace: ['/home/u/work'] } } });
  });

  it('takes a pod, a container and the ConfigMap of a param', async () => {
    expect(await find('pod/lab-0', { profileConfigMap: 'profile' })).toMatchObject({
      workload: { kind: 'Pod' },
      container: 'lab',
    });
    expect(await find('pod/lab-0', { container: 'proxy' })).toMatchObject({
      container: 'proxy',
      profile: { source: 'none' },
    });
  });

  it.each<[string, string, Partial<ContainerRequest>, string, RegExp]>([
    ['no workload', 'none', {}, 'workload-not-found', /no Deployment, .*Pod has this name/],
    ['several workloads', 'twice', {}, 'invalid-param', /deployment\/twice, statefulset\/twice/],
    ['no pod', 'idle', {}, 'pod-not-ready', /Deployment shop\/idle: it has no pod/],
    ['several containers', 'pod/lab-0', {}, 'invalid-param', /several containers, lab, proxy/],
    ['a workload that is not eligible', 'paid', {}, 'not-eligible', /license/],
    ['a pod of one', 'pod/paid-0', { profileConfigMap: 'profile' }, 'not-eligible', /Deployment shop\/paid/],
    ['an invalid profile', 'broken', {}, 'invalid-file', /libary: unknown member, did you mean library/],
    ['a ConfigMap that is missing', 'lab', { profileConfigMap: 'none' }, 'invalid-file', /does not exist/],
    ['a ConfigMap without a profile', 'lab', { profileConfigMap: 'settings' }, 'invalid-file', /no key profile.yaml/],
  ])('refuses %s', async (...[, name, more, code, message]) => {
    const error = await thrownBy(() => find(name, more));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });
});

describe('listWorkloads', () => {
  it('lists what no other object controls, with the reason of those that are not eligible', async () => {
    const listed = await listWorkloads(namespace, { cluster: test.cluster, yaml: strictYamlCodec });
    const rows = listed.map(({ kind, name, eligibility }) => [`${kind}/${name}`, eligibility]);
    expect(Object.fromEntries(rows)).toEqual({
      'Deployment/idle': { eligible: true },
      'Deployment/paid': { eligible: false, reason: expect.stringContaining('license') as string },
      'Deployment/twice': { eligible: true },
      'DeploymentConfig/config': { eligible: true },
      'StatefulSet/broken': { eligible: false, reason: expect.stringContaining('libary') as string },
      'StatefulSet/lab': { eligible: true },
      'StatefulSet/twice': { eligible: true },
      'Pod/lab-0': { eligible: true },
    });
  });
});
