import { describe, expect, it } from 'vitest';

import { createKubernetesPlugin } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { aResource, withFlags } from '../../../../builders/transform.ts';

const decide = withFlags(createKubernetesPlugin);
const owner = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', controller: true }] };

const fromServices = /made by the destination/;

describe('the KubernetesPlugin leaves out', () => {
  it.each<readonly [Resource, RegExp]>([
    ...[
      { annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': 'x' } },
      { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } },
      { labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } },
      { namespace: 'default', name: 'kubernetes' },
    ].map((metadata) => [aResource('v1 Endpoints', 'web', { metadata }), fromServices] as const),
    ...[
      { labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' } },
      { labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' } },
      { namespace: 'default', name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      {},
    ].map((metadata) => [aResource('discovery.k8s.io/v1 EndpointSlice', 'web', { metadata }), fromServices] as const),
    [aResource('v1 PersistentVolumeClaim', 'data'), /volumes/],
    [aResource('v1 Event', 'e'), /record/],
    [aResource('metrics.k8s.io/v1beta1 PodMetrics', 'e'), /measurement/],
    [aResource('v1 Pod', 'web-1', { metadata: owner }), /made by ReplicaSet web-1/],
    [aResource('example.com/v1 Gadget', 'g', { metadata: owner }), /belongs to ReplicaSet web-1 alone/],
    [aResource('v1 ServiceAccount', 'default'), /default account/],
    [
      aResource('v1 Secret', 's', { metadata: { annotations: { 'kubernetes.io/service-account.name': 'default' } } }),
      /default account/,
    ],
    [aResource('v1 Secret', 's', { type: 'kubernetes.io/service-account-token' }), /token/],
    [aResource('v1 ConfigMap', 'kube-root-ca.crt'), /root CA/],
    [aResource('operators.coreos.com/v1alpha1 Subscription', 's'), /Operator Lifecycle Manager/],
    [aResource('packages.operators.coreos.com/v1 PackageManifest', 's'), /Operator Lifecycle Manager/],
    [
      aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'crane-migrator', {
        metadata: { labels: { 'app.kubernetes.io/part-of': 'crane-tasks' } },
      }),
      /migration itself/,
    ],
  ])('%j', (resource, reason) => {
    expect(decide(resource)).toMatch(reason);
  });

  it('no endpoints that users wrote', () => {
    expect(decide(aResource('v1 Endpoints', 'external-db'))).toEqual([]);
    const labels = { 'endpointslice.kubernetes.io/managed-by': 'staff', 'kubernetes.io/service-name': 'db' };
    expect(decide(aResource('discovery.k8s.io/v1 EndpointSlice', 'external-db-1', { metadata: { labels } }))).toEqual(
      [],
    );
  });

  it('not a part of some other application', () => {
    const labels = { 'app.kubernetes.io/part-of': 'shop' };
    expect(decide(aResource('v1 ConfigMap', 'web', { metadata: { labels } }))).toEqual([]);
  });

  it('no kind of the same name in another group', () => {
    expect(decide(aResource('example.com/v1 Endpoints', 'web'))).toEqual([]);
    expect(decide(aResource('example.com/v1 Secret', 's', { type: 'kubernetes.io/service-account-token' }))).toEqual(
      [],
    );
    expect(decide(aResource('example.com/v1 constructor', 'x'))).toEqual([]);
  });

  it('what flags name, and all but what include-only names', () => {
    const strict = withFlags(createKubernetesPlugin, { 'extra-whiteouts': 'Deployment.apps,Secret' });
    expect(strict(aResource('apps/v1 Deployment', 'web'))).toBe('named by extra-whiteouts');
    expect(strict(aResource('v1 Secret', 'web'))).toBe('named by extra-whiteouts');
    expect(strict(aResource('v1 ConfigMap', 'web'))).toEqual([]);
    const only = withFlags(createKubernetesPlugin, {
      'include-only': 'PersistentVolumeClaim,ServiceAccount',
      'extra-whiteouts': 'PersistentVolumeClaim',
    });
    expect(only(aResource('v1 PersistentVolumeClaim', 'data'))).toEqual([]);
    expect(only(aResource('v1 ConfigMap', 'web'))).toBe('not among the kinds of include-only');
    expect(only(aResource('v1 ServiceAccount', 'default'))).toMatch(/default account/);
  });

  it('less when flags say so, and nothing else changes with them', () => {
    const keep = withFlags(createKubernetesPlugin, { 'disable-whiteout-owned': 'true' });
    expect(keep(aResource('v1 ConfigMap', 'web', { metadata: owner }))).toEqual(['remove /metadata/ownerReferences']);
    expect(keep(aResource('v1 ServiceAccount', 'default'))).toMatch(/default account/);
    const rbac = withFlags(createKubernetesPlugin, { 'strip-default-rbac': 'false', 'strip-default-cabundle': 'F' });
    expect(rbac(aResource('v1 ServiceAccount', 'default'))).toEqual([]);
    expect(rbac(aResource('v1 ConfigMap', 'kube-root-ca.crt'))).toEqual([]);
    const annotations = { 'kubernetes.io/service-account.name': 'default' };
    expect(rbac(aResource('v1 Secret', 's', { metadata: { annotations } }))).toEqual([]);
    expect(
      decide(
        aResource('v1 Secret', 's', { metadata: { annotations: { 'kubernetes.io/service-account.name': 'web' } } }),
      ),
    ).toEqual([]);
  });
});

describe('the KubernetesPlugin removes', () => {
  it("the server's metadata and the status, escaping annotation keys", () => {
    const metadata = {
      uid: 'u',
      selfLink: '/x',
      resourceVersion: '1',
      creationTimestamp: 'x',
      generation: 1,
      managedFields: [],
      annotations: {
        'deployment.kubernetes.io/revision': '3',
        'pv.kubernetes.io/bound-by-controller': 'yes',
        'example.com/kept': 'x',
        broken: 1,
      },
    };
    expect(decide(aResource('apps/v1 Deployment', 'web', { metadata, status: {} }))).toEqual([
      'remove /metadata/uid',
      'remove /metadata/selfLink',
      'remove /metadata/resourceVersion',
      'remove /metadata/creationTimestamp',
      'remove /metadata/generation',
      'remove /metadata/managedFields',
      'remove /metadata/annotations/deployment.kubernetes.io~1revision',
      'remove /metadata/annotations/pv.kubernetes.io~1bound-by-controller',
      'remove /status',
    ]);
  });

  it('and adds annotations as flags say, whatever characters they have', () => {
    const flags = {
      'add-annotations': 'example.com/x=a"b=c,plain=',
      'remove-annotations': 'example.com/old,example.com~1older,absent',
    };
    const change = withFlags(createKubernetesPlugin, flags);
    expect(change(aResource('v1 ConfigMap', 'a'))).toEqual([
      'add /metadata/annotations {}',
      'add /metadata/annotations/example.com~1x "a\\"b=c"',
      'add /metadata/annotations/plain ""',
    ]);
    const annotations = { 'example.com/x': 'a"b=c', 'example.com/old': '', 'example.com/older': '' };
    expect(change(aResource('v1 ConfigMap', 'a', { metadata: { annotations } }))).toEqual([
      'remove /metadata/annotations/example.com~1old',
      'remove /metadata/annotations/example.com~1older',
      'add /metadata/annotations/plain ""',
    ]);
  });

  it('an annotation of the server once, also when a flag names it', () => {
    const change = withFlags(createKubernetesPlugin, { 'remove-annotations': 'deployment.kubernetes.io/revision' });
    const annotations = { 'deployment.kubernetes.io/revision': '3' };
    expect(change(aResource('apps/v1 Deployment', 'web', { metadata: { annotations } }))).toHaveLength(1);
  });

  it("a ServiceAccount's generated secrets, from the end of the list", () => {
    const secrets = [{ name: 'web-token-abcde' }, { name: 'mine' }, { name: 'web-dockercfg-abcde' }, 'broken'];
    expect(decide(aResource('v1 ServiceAccount', 'web', { secrets }))).toEqual([
      'remove /secrets/2',
      'remove /secrets/0',
    ]);
    expect(decide(aResource('v1 ServiceAccount', 'web', { secrets: [secrets[0]] }))).toEqual(['remove /secrets']);
  });
});

describe('the KubernetesPlugin cleans workloads', () => {
  it('of where a Pod ran, and of the token that admission mounted', () => {
    const mounts = [
      { name: 'data', mountPath: '/data' },
      { name: 'kube-api-access-abcde', mountPath: '/var/run' },
    ];
    const spec = {
      nodeName: 'n1',
      nodeSelector: { a: 'b' },
      priority: 0,
      ephemeralContainers: [{ name: 'debug', volumeMounts: [{ name: 'kube-api-access-abcde' }] }],
      containers: [{ name: 'a', image: 'x', volumeMounts: mounts }, 'broken'],
      volumes: [{ name: 'data' }, { name: 'kube-api-access-abcde' }, 'broken'],
    };
    expect(decide(aResource('v1 Pod', 'web', { spec }))).toEqual([
      'remove /spec/nodeName',
      'remove /spec/nodeSelector',
      'remove /spec/priority',
      'remove /spec/ephemeralContainers',
      'remove /spec/containers/0/volumeMounts/1',
      'remove /spec/volumes/1',
    ]);
    expect(decide(aResource('v1 Pod', 'web', { spec: { nodeName: 'n1' } }))).toEqual([]);
  });

  it("of a Job's selector and labels, unless they are the user's", () => {
    const labels = {
      'controller-uid': 'u',
      'batch.kubernetes.io/controller-uid': 'u',
      'job-name': 'j',
      'batch.kubernetes.io/job-name': 'j',
      app: 'x',
    };
    const spec = { selector: { matchLabels: { 'controller-uid': 'u' } }, template: { metadata: { labels } } };
    const removed = [
      'remove /spec/selector',
      'remove /metadata/labels/controller-uid',
      'remove /spec/template/metadata/labels/controller-uid',
      'remove /spec/template/metadata/labels/batch.kubernetes.io~1controller-uid',
      'remove /spec/template/metadata/labels/job-name',
      'remove /spec/template/metadata/labels/batch.kubernetes.io~1job-name',
    ];
    expect(decide(aResource('batch/v1 Job', 'j', { metadata: { labels: { 'controller-uid': 'u' } }, spec }))).toEqual(
      removed,
    );
    expect(decide(aResource('batch/v1 Job', 'j', { spec: { ...spec, manualSelector: true } }))).toEqual([]);
    expect(decide(aResource('batch/v1 Job', 'j'))).toEqual([]);
  });

  it("of what a StatefulSet's claim templates got from the server", () => {
    const volumeClaimTemplates = [
      { metadata: { name: 'data', creationTimestamp: null }, status: { phase: 'Pending' } },
      { spec: {} },
    ];
    expect(decide(aResource('apps/v1 StatefulSet', 'db', { spec: { volumeClaimTemplates } }))).toEqual([
      'remove /spec/volumeClaimTemplates/0/metadata/creationTimestamp',
      'remove /spec/volumeClaimTemplates/0/status',
    ]);
  });
});

describe('the KubernetesPlugin replaces', () => {
  const replace = withFlags(createKubernetesPlugin, {
    'registry-replacement': 'a.example/shop=b.example/store',
    'pvc-rename-map': 'old:new,same:same',
  });
  const podSpec = {
    containers: [{ name: 'a', image: 'a.example/shop/web:1' }, { name: 'b', image: 'nginx' }, { name: 'c' }],
    initContainers: [{ name: 'i', image: 'a.example/shop/init@sha256:1' }],
    ephemeralContainers: [{ name: 'e', image: 'a.example/shop/debug' }],
    volumes: [
      { name: 'v', image: { reference: 'a.example/shop/model:1' } },
      { name: 'w', persistentVolumeClaim: { claimName: 'old' } },
      { name: 'x', persistentVolumeClaim: { claimName: 'same' } },
    ],
  };

  function expected(path: string): string[] {
    return [
      `replace ${path}/containers/0/image "b.example/store/web:1"`,
      `replace ${path}/initContainers/0/image "b.example/store/init@sha256:1"`,
      `replace ${path}/ephemeralContainers/0/image "b.example/store/debug"`,
      `replace ${path}/volumes/0/image/reference "b.example/store/model:1"`,
      `replace ${path}/volumes/1/persistentVolumeClaim/claimName "new"`,
    ];
  }

  it.each([
    ['v1 Pod', '/spec', { spec: podSpec }],
    ['apps/v1 Deployment', '/spec/template/spec', { spec: { template: { spec: podSpec } } }],
    ['apps.openshift.io/v1 DeploymentConfig', '/spec/template/spec', { spec: { template: { spec: podSpec } } }],
    ['argoproj.io/v1alpha1 Rollout', '/spec/template/spec', { spec: { template: { spec: podSpec } } }],
    [
      'batch/v1 CronJob',
      '/spec/jobTemplate/spec/template/spec',
      { spec: { jobTemplate: { spec: { template: { spec: podSpec } } } } },
    ],
    ['v1 PodTemplate', '/template/spec', { template: { spec: podSpec } }],
  ])('images and claims in %s', (type, path, body) => {
    expect(replace(aResource(type, 'web', body))).toEqual([
      ...expected(path),
      ...(type === 'v1 Pod' ? ['remove /spec/ephemeralContainers'] : []),
    ]);
  });

  it("names of a StatefulSet's claim templates", () => {
    const spec = { volumeClaimTemplates: [{ metadata: { name: 'old' } }, { metadata: { name: 'other' } }] };
    expect(replace(aResource('apps/v1 StatefulSet', 'db', { spec }))).toEqual([
      'replace /spec/volumeClaimTemplates/0/metadata/name "new"',
    ]);
  });

  it('nothing in what only resembles a pod template', () => {
    expect(
      replace(
        aResource('example.com/v1 Gadget', 'g', { spec: { template: { spec: { containers: ['a.example/shop/x'] } } } }),
      ),
    ).toEqual([]);
  });
});
