import { describe, expect, it } from 'vitest';

import {
  admitsAccountsOf,
  bindsAccountsOf,
  definitionOf,
  isOfPlatform,
  relatedTo,
} from '../../../../src/domain/export/related-objects.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';

const rbac = 'rbac.authorization.k8s.io/v1';

function resource(apiVersion: string, kind: string, rest: Readonly<Record<string, unknown>> = {}): Resource {
  return { apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, ...rest };
}

describe('what an object needs of its cluster', () => {
  it('is the ClusterRole that a binding gives, not a Role', () => {
    const roleRef = { kind: 'ClusterRole', name: 'reporter' };
    const clusterRole = [{ plural: 'clusterroles', name: 'reporter' }];
    expect(relatedTo(resource(rbac, 'RoleBinding', { roleRef }))).toEqual(clusterRole);
    expect(relatedTo(resource(rbac, 'ClusterRoleBinding', { roleRef }))).toEqual(clusterRole);
    expect(relatedTo(resource(rbac, 'RoleBinding', { roleRef: { kind: 'Role', name: 'own' } }))).toEqual([]);
    expect(relatedTo(resource(rbac, 'RoleBinding', { roleRef: { kind: 'ClusterRole' } }))).toEqual([]);
    expect(relatedTo(resource('example.com/v1', 'RoleBinding', { roleRef }))).toEqual([]);
    expect(relatedTo(resource(rbac, 'Role', { roleRef }))).toEqual([]);
  });

  it('is the storage class of a claim and of claim templates', () => {
    const spec = { storageClassName: 'fast' };
    expect(relatedTo(resource('v1', 'PersistentVolumeClaim', { spec }))).toEqual([
      { plural: 'storageclasses', name: 'fast' },
    ]);
    const volumeClaimTemplates = [
      { spec: { storageClassName: 'slow' } },
      { spec: { storageClassName: '' } },
      { spec: {} },
    ];
    expect(relatedTo(resource('apps/v1', 'StatefulSet', { spec: { volumeClaimTemplates } }))).toEqual([
      { plural: 'storageclasses', name: 'slow' },
    ]);
  });

  it('is the priority class of its pods', () => {
    const template = { spec: { priorityClassName: 'urgent', containers: [{ name: 'c' }] } };
    expect(relatedTo(resource('apps/v1', 'Deployment', { spec: { template } }))).toEqual([
      { plural: 'priorityclasses', name: 'urgent' },
    ]);
    expect(relatedTo(resource('v1', 'ConfigMap'))).toEqual([]);
  });

  it('is the definition of its kind, unless that comes with the platform', () => {
    expect(definitionOf({ group: 'example.com', plural: 'gadgets' })).toEqual({
      plural: 'customresourcedefinitions',
      name: 'gadgets.example.com',
    });
    expect(definitionOf({ group: 'gateway.networking.k8s.io', plural: 'httproutes' })).toBeDefined();
    for (const group of ['', 'apps', 'rbac.authorization.k8s.io', 'flowcontrol.apiserver.k8s.io', 'route.openshift.io'])
      expect(definitionOf({ group, plural: 'any' }), group).toBeUndefined();
  });
});

describe('bindings of the accounts of a namespace', () => {
  it.each([
    [{ kind: 'ServiceAccount', namespace: 'shop', name: 'web' }, true],
    [{ kind: 'ServiceAccount', namespace: 'other', name: 'web' }, false],
    [{ kind: 'Group', name: 'system:serviceaccounts:shop' }, true],
    [{ kind: 'Group', name: 'system:serviceaccounts' }, false],
    [{ kind: 'User', name: 'system:serviceaccount:shop:web' }, true],
    [{ kind: 'User', name: 'somebody' }, false],
    [{ kind: 'User' }, false],
  ])('%j: %s', (subject, expected) => {
    expect(bindsAccountsOf(resource(rbac, 'ClusterRoleBinding', { subjects: [subject] }), 'shop')).toBe(expected);
  });
});

describe('what every cluster has of its own', () => {
  it('has a name of the system, or was there from the start', () => {
    const bootstrapped = resource(rbac, 'ClusterRole');
    const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
    expect(isOfPlatform('system:node')).toBe(true);
    expect(isOfPlatform('system-cluster-critical')).toBe(true);
    expect(isOfPlatform('reporter', bootstrapped)).toBe(false);
    expect(isOfPlatform('view', { ...bootstrapped, metadata: { name: 'view', labels } })).toBe(true);
  });
});

describe('SecurityContextConstraints', () => {
  const use = { resources: ['securitycontextconstraints'], resourceNames: ['own', 'anyuid', 7] };
  const own = [{ plural: 'securitycontextconstraints', name: 'own' }];
  const template = { metadata: { annotations: { 'openshift.io/required-scc': 'own' } }, spec: { containers: [{}] } };

  it.each([
    ['a Role', resource(rbac, 'Role', { rules: [use, { resources: ['pods'], resourceNames: ['x'] }] }), own],
    ['a ClusterRole', resource(rbac, 'ClusterRole', { rules: [use] }), own],
    ['another kind', resource('v1', 'ConfigMap', { rules: [use] }), []],
    ['a pod', resource('apps/v1', 'Deployment', { spec: { template } }), own],
  ])('are named by %s', (_, named, expected) => {
    expect(relatedTo(named)).toEqual(expected);
  });

  it('are named by the roles that OpenShift makes for them', () => {
    const bind = (name: string) => relatedTo(resource(rbac, 'RoleBinding', { roleRef: { kind: 'ClusterRole', name } }));
    expect(bind('system:openshift:scc:own')).toEqual([
      { plural: 'clusterroles', name: 'system:openshift:scc:own' },
      ...own,
    ]);
    expect(bind('system:openshift:scc:nonroot-v2')).toHaveLength(1);
  });

  it.each([
    ['own', { users: ['system:serviceaccount:shop:web'] }, true],
    ['own', { groups: ['system:serviceaccounts:shop'] }, true],
    ['own', { users: ['system:serviceaccount:shop2:web', 7], groups: ['system:authenticated'] }, false],
    ['own', {}, false],
    ['privileged', { users: ['system:serviceaccount:shop:web'] }, false],
  ])('%s with %j admit accounts of the namespace: %s', (name, more, expected) => {
    const kind = 'SecurityContextConstraints';
    const object = { apiVersion: 'security.openshift.io/v1', kind, metadata: { name }, ...more };
    expect(admitsAccountsOf(object, 'shop')).toBe(expected);
  });
});
