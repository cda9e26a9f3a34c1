import { describe, expect, it } from 'vitest';

import { createImagestreamPlugin } from '../../../../../src/domain/transform/rules/imagestream-plugin.ts';
import {
  createKubernetesPlugin,
  createOpenshiftPlugin,
} from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { aResource, notesWithFlags, withFlags } from '../../../../builders/transform.ts';

const flags = { 'namespace-mapping': 'shop=store,team=crew,same=same' };
const internal = 'image-registry.openshift-image-registry.svc:5000';
const known = { 'registry-replacement': `${internal}/shop=${internal}/store` };
const move = withFlags(createKubernetesPlugin, flags);
const moveKnown = withFlags(createKubernetesPlugin, known);
const rbac = 'rbac.authorization.k8s.io/v1';
const own = 'replace /metadata/namespace "store"';

const subjects = [
  { kind: 'ServiceAccount', name: 'web', namespace: 'shop' },
  { kind: 'ServiceAccount', name: 'ci', namespace: 'team' },
  { kind: 'ServiceAccount', name: 'ci', namespace: 'elsewhere' },
  { kind: 'Group', name: 'system:serviceaccounts:shop' },
  { kind: 'Group', name: 'system:serviceaccounts' },
  { kind: 'User', name: 'system:serviceaccount:team:ci' },
  { kind: 'User', name: 'shop' },
  { kind: 'ServiceAccount', name: 'ci', namespace: 'same' },
  'broken',
];
const movedSubjects = [
  'replace /subjects/0/namespace "store"',
  'replace /subjects/1/namespace "crew"',
  'replace /subjects/5/name "system:serviceaccount:crew:ci"',
  'replace /subjects/3/name "system:serviceaccounts:store"',
];

describe('namespaces of the mapping', () => {
  it('are those that resources carry, and nothing says so of the cluster-scoped', () => {
    expect(move(aResource('v1 ConfigMap', 'a'))).toEqual([own]);
    expect(move({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })).toEqual([]);
    expect(moveKnown(aResource('v1 ConfigMap', 'a'))).toEqual([]);
  });

  it('are moved in the subjects of bindings', () => {
    expect(move(aResource(`${rbac} RoleBinding`, 'b', { subjects }))).toEqual([own, ...movedSubjects]);
    const cluster = { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'b' }, subjects };
    expect(move(cluster)).toEqual(movedSubjects);
    expect(moveKnown(cluster)).toEqual([]);
    expect(move(aResource('example.com/v1 RoleBinding', 'b', { subjects }))).toEqual([own]);
  });

  it('are left as the user asks for in annotations', () => {
    const annotations = { 'meta.helm.sh/release-namespace': 'shop' };
    const release = aResource('v1 ConfigMap', 'a', { metadata: { annotations } });
    const place = '/metadata/annotations/meta.helm.sh~1release-namespace';
    const flags = (name: string, value: string) => ({ 'namespace-mapping': 'shop=store', [name]: value });
    expect(
      withFlags(createKubernetesPlugin, flags('add-annotations', 'meta.helm.sh/release-namespace=other'))(release),
    ).toEqual([`add ${place} "other"`, own]);
    expect(
      withFlags(createKubernetesPlugin, flags('remove-annotations', 'meta.helm.sh/release-namespace'))(release),
    ).toEqual([`remove ${place}`, own]);
  });

  it('are noted where they are not changed, at most five places', () => {
    const note = notesWithFlags(createKubernetesPlugin, { 'namespace-mapping': 'shop=store,same=same' });
    const data = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => [key, `http://${key}.shop.svc`]));
    expect(note(aResource('v1 ConfigMap', 'a', { data }))).toEqual([
      'seems to name namespace shop at /data/a, /data/b, /data/c, /data/d, /data/e and 2 more: this is not changed to store',
    ]);
    expect(note(aResource('v1 ConfigMap', 'a', { data: { url: 'http://web.same.svc' } }))).toEqual([]);
  });

  it('are moved in the selectors of network policies', () => {
    const named = { matchLabels: { 'kubernetes.io/metadata.name': 'shop', app: 'shop' } };
    const listed = {
      matchExpressions: [
        { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['other', 'team'] },
        { key: 'app', operator: 'In', values: ['shop'] },
      ],
    };
    const spec = {
      ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: named }] }],
      egress: [{}, { to: [{ namespaceSelector: listed }, { ipBlock: { cidr: '10.0.0.0/8' } }] }],
    };
    expect(move(aResource('networking.k8s.io/v1 NetworkPolicy', 'n', { spec }))).toEqual([
      own,
      'replace /spec/ingress/0/from/1/namespaceSelector/matchLabels/kubernetes.io~1metadata.name "store"',
      'replace /spec/egress/1/to/0/namespaceSelector/matchExpressions/0/values/1 "crew"',
    ]);
  });

  it('are moved in the affinities of pods', () => {
    const affinity = {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ namespaces: ['other', 'shop', 1] }] },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { podAffinityTerm: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'team' } } } },
        ],
      },
    };
    const spec = { template: { spec: { containers: [{ name: 'a' }], affinity } } };
    const at = '/spec/template/spec/affinity';
    expect(move(aResource('apps/v1 Deployment', 'web', { spec }))).toEqual([
      own,
      `replace ${at}/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/namespaces/1 "store"`,
      `replace ${at}/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/podAffinityTerm/namespaceSelector/matchLabels/kubernetes.io~1metadata.name "crew"`,
    ]);
  });

  it('are moved in what builds, triggers and tags refer to', () => {
    const from = { kind: 'ImageStreamTag', name: 'base:1', namespace: 'team' };
    const to = { kind: 'ImageStreamTag', name: 'web:1', namespace: 'shop' };
    const build = {
      spec: {
        output: { to },
        strategy: { dockerStrategy: { from } },
        triggers: [{ type: 'ImageChange', imageChange: { from } }],
      },
    };
    expect(withFlags(createOpenshiftPlugin, flags)(aResource('build.openshift.io/v1 BuildConfig', 'w', build))).toEqual(
      [
        'replace /spec/output/to/namespace "store"',
        'replace /spec/strategy/dockerStrategy/from/namespace "crew"',
        'replace /spec/triggers/0/imageChange/from/namespace "crew"',
      ],
    );
    const triggers = [{ type: 'ImageChange', imageChangeParams: { from: to } }];
    const config = aResource('apps.openshift.io/v1 DeploymentConfig', 'w', { spec: { triggers } });
    expect(withFlags(createOpenshiftPlugin, flags)(config)).toEqual([
      'replace /spec/triggers/0/imageChangeParams/from/namespace "store"',
    ]);
    const tag = aResource('image.openshift.io/v1 ImageStreamTag', 'web:1', { tag: { from } });
    expect(withFlags(createImagestreamPlugin, flags)(tag)).toEqual(['replace /tag/from/namespace "crew"']);
  });
});

describe('bindings and roles are noted', () => {
  const note = notesWithFlags(createKubernetesPlugin, flags);

  it('when a subject is in a namespace that does not move', () => {
    expect(note(aResource(`${rbac} RoleBinding`, 'b', { subjects, roleRef: { name: 'view' } }))).toEqual([
      'its subject ServiceAccount ci is of namespace elsewhere, which does not move',
    ]);
  });

  it('also when that subject has no name', () => {
    const nameless = [{ kind: 'ServiceAccount', namespace: 'elsewhere' }];
    expect(note(aResource(`${rbac} RoleBinding`, 'b', { subjects: nameless }))).toEqual([
      'its subject ServiceAccount is of namespace elsewhere, which does not move',
    ]);
  });

  it('when they give more than rights to a few things', () => {
    const admin = { roleRef: { name: 'cluster-admin' }, subjects: [subjects[0]] };
    expect(note(aResource(`${rbac} RoleBinding`, 'b', admin))).toEqual(['grants cluster-admin']);
    expect(note({ apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'b' }, ...admin })).toEqual([
      'grants cluster-admin in the whole cluster',
    ]);
    const rules = [
      { apiGroups: [''], resources: ['pods'], verbs: ['*'] },
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['bind', 'get'] },
    ];
    expect(note(aResource(`${rbac} Role`, 'r', { rules }))).toEqual(['allows to gain further rights (bind)']);
    expect(note(aResource(`${rbac} Role`, 'r', { rules: [{ resources: ['*'], verbs: ['*'] }] }))).toEqual([
      'allows to gain further rights (*)',
    ]);
    expect(note(aResource(`${rbac} Role`, 'r', { rules: [rules[0]] }))).toEqual([]);
  });

  it('as are files of nodes', () => {
    const spec = { containers: [{ name: 'a' }], volumes: [{ name: 'v', hostPath: { path: '/var/log' } }] };
    expect(note(aResource('v1 Pod', 'p', { spec }))).toEqual(['mounts /var/log of its node, whose files do not move']);
  });
});

describe('what every cluster has of its own', () => {
  it.each([
    { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'system:node' } },
    {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name: 'edit', labels: { 'kubernetes.io/bootstrapping': 'x' } },
    },
  ])('does not travel: %j', (resource) => {
    expect(move(resource)).toBe('every cluster has its own');
  });

  it('is distinguished from files of applications', () => {
    expect(move({ apiVersion: rbac, kind: 'ClusterRole', metadata: { name: 'shop-reader' } })).toEqual([]);
  });
});
