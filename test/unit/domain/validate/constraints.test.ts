import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { checkConstraints, grantedConstraints } from '../../../../src/domain/validate/constraints.ts';
import { aSurface } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const web = { kind: 'ServiceAccount', name: 'web' };

function aBinding(roleRef: object, ...subjects: readonly object[]): Resource {
  return aResource(`${rbac} RoleBinding`, 'use', { roleRef, subjects });
}

const rule = { apiGroups: ['security.openshift.io'], resources: ['securitycontextconstraints'], verbs: ['use'] };
const role = aResource(`${rbac} Role`, 'own', {
  rules: [
    { ...rule, resourceNames: ['special', 7] },
    { resources: ['pods'], resourceNames: ['x'] },
  ],
});
const ofRole = aBinding({ kind: 'Role', name: 'own' }, web, { kind: 'User', name: 'jane' }, { kind: 'ServiceAccount' });

describe('SecurityContextConstraints that accounts may use', () => {
  it('are those of roles and of the roles that OpenShift ships', () => {
    const shipped = aBinding({ kind: 'ClusterRole', name: 'system:openshift:scc:anyuid' }, web);
    const other = aBinding({ kind: 'ClusterRole', name: 'own' }, web);
    expect(grantedConstraints([role, ofRole, shipped, other, aBinding({}, web)])).toEqual(
      new Map([
        ['web', ['special', 'anyuid']],
        ['', ['special']],
      ]),
    );
  });

  it.each([
    [{ securityConstraints: ['special'] }, 'done constraint-present'],
    [{ securityConstraints: ['anyuid'] }, 'failed constraint-missing'],
    [{}, 'skipped unknown'],
    [{ unread: [{ what: 'securityConstraints' as const, why: 'forbidden' }] }, 'skipped unknown'],
  ])('are looked for at the destination: %o', (more, expected) => {
    expect(checkConstraints([role, ofRole], aSurface(more)).map((item) => `${item.outcome} ${item.reason}`)).toEqual([
      expected,
    ]);
  });

  it('are not looked for when they travel themselves', () => {
    const own = aResource('security.openshift.io/v1 SecurityContextConstraints', 'special');
    expect(checkConstraints([role, ofRole, own], aSurface())).toEqual([]);
  });

  it('may be demanded by pods', () => {
    const pod = (annotations: unknown): Resource =>
      aResource('v1 Pod', 'one', { metadata: { annotations }, spec: { containers: [{}] } });
    const required = { 'openshift.io/required-scc': 'nonroot' };
    expect(checkConstraints([pod(required), pod(undefined)], aSurface()).map(({ id }) => id)).toEqual([
      'SecurityContextConstraints nonroot',
    ]);
  });
});
