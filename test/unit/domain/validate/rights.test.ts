import { describe, expect, it } from 'vitest';

import { describeRight, destinationRights, sourceRights, type Step } from '../../../../src/domain/validate/rights.ts';
import { aKind } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const kinds = [
  aKind('v1 Pod pods'),
  aKind('v1 Secret secrets'),
  aKind('v1 Event events', { kind: 'Event' }),
  aKind('v1 PersistentVolumeClaim persistentvolumeclaims'),
  aKind('apps/v1 Deployment deployments'),
  aKind('rbac.authorization.k8s.io/v1 ClusterRole clusterroles', { namespaced: false }),
];
const openShift = [...kinds, aKind('image.openshift.io/v1 ImageStream imagestreams')];

function show(rights: ReturnType<typeof sourceRights>): readonly string[] {
  return rights.map((right) => `${right.verbs.join(' ')} ${describeRight(right)}`);
}

function plan(...steps: Step[]) {
  return { steps: new Set(steps), namespace: 'shop', kinds };
}

describe('the account at the source', () => {
  it('lists every kind that can be exported', () => {
    expect(show(sourceRights(plan('export')))).toEqual([
      'get namespaces shop in shop',
      'list persistentvolumeclaims in shop',
      'list pods in shop',
      'list secrets in shop',
      'list deployments.apps in shop',
    ]);
  });

  it("pulls from OpenShift's registry, and from no other with rights of the cluster", () => {
    expect(show(sourceRights({ ...plan('images'), kinds: openShift }))).toEqual([
      'get imagestreams.image.openshift.io/layers in shop',
    ]);
    expect(show(sourceRights(plan('images')))).toEqual([]);
  });

  it('scales down the workloads that are served', () => {
    expect(show(sourceRights(plan('quiesce')))).toEqual([
      'list pods in shop',
      'get list patch deployments.apps in shop',
    ]);
  });

  it('reads claims through pods of its own', () => {
    expect(show(sourceRights(plan('volumes', 'export')))).toContain('create delete get list pods in shop');
    expect(show(sourceRights(plan('volumes')))).toContain('get pods/log in shop');
  });
});

describe('the account at the destination', () => {
  const resources = [
    aResource('apps/v1 Deployment', 'a'),
    aResource('apps/v1 Deployment', 'b'),
    aResource('example.com/v1 Gadget', 'c'),
    aResource('rbac.authorization.k8s.io/v1 ClusterRole', 'd', { metadata: { namespace: undefined } }),
  ];

  it('applies each kind that is planned, in its namespace', () => {
    expect(show(destinationRights(resources, plan('apply')))).toEqual([
      'create get list patch clusterroles.rbac.authorization.k8s.io',
      'create get list patch deployments.apps in shop',
    ]);
    expect(show(destinationRights(resources, { ...plan('apply'), namespace: '' }))).toContain(
      'create get list patch deployments.apps in shop',
    );
    expect(show(destinationRights(resources, { ...plan('apply'), namespace: 'store' }))).toContain(
      'create get list patch deployments.apps in store',
    );
  });

  it("pushes to OpenShift's registry, which makes streams", () => {
    expect(show(destinationRights([], { ...plan('images'), kinds: openShift }))).toEqual([
      'create get imagestreams.image.openshift.io in shop',
      'get update imagestreams.image.openshift.io/layers in shop',
    ]);
  });

  it('fills claims through pods of its own', () => {
    expect(show(destinationRights([], plan('volumes')))).toContain('create get list persistentvolumeclaims in shop');
  });

  it('needs nothing for steps that are not planned', () => {
    expect(destinationRights(resources, plan('export'))).toEqual([]);
  });
});
