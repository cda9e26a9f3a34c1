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
      'list persistentvolumeclaims in shop',
      'list pods in shop',
      'list secrets in shop',
      'list deployments.apps in shop',
    ]);
  });

  it('reads tags one by one as well, since their list lacks the images', () => {
    const withTags = ['ImageStreamTag imagestreamtags', 'ImageTag imagetags'].map((kind) =>
      aKind(`image.openshift.io/v1 ${kind}`),
    );
    const rights = show(sourceRights({ ...plan('export'), kinds: [...openShift, ...withTags] }));
    expect(rights.filter((right) => right.includes('image.openshift.io'))).toEqual([
      'list imagestreams.image.openshift.io in shop',
      'get list imagestreamtags.image.openshift.io in shop',
      'get list imagetags.image.openshift.io in shop',
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
    const withJobs = [...kinds, aKind('batch/v1 Job jobs')];
    const rights = show(sourceRights({ ...plan('volumes'), kinds: withJobs }));
    expect(rights).toContain('create delete get list patch jobs.batch in shop');
    expect(rights).toContain('update jobs.batch/finalizers in shop');
    expect(rights).toContain('get pods/log in shop');
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
      'create list patch clusterroles.rbac.authorization.k8s.io',
      'create get list patch deployments.apps in shop',
    ]);
    expect(show(destinationRights(resources, { ...plan('apply'), namespace: '' }))).toContain(
      'create get list patch deployments.apps in shop',
    );
    expect(show(destinationRights(resources, { ...plan('apply'), namespace: 'store' }))).toContain(
      'create get list patch deployments.apps in store',
    );
  });

  it('creates and updates tags, which know no server-side apply, and the stream that they need', () => {
    const tag = aResource('image.openshift.io/v1 ImageStreamTag', 'web:1');
    const served = [aKind('image.openshift.io/v1 ImageStreamTag imagestreamtags')];
    expect(show(destinationRights([tag], { ...plan('apply'), kinds: served }))).toEqual([
      'create list patch imagestreams.image.openshift.io in shop',
      'create get update imagestreamtags.image.openshift.io in shop',
    ]);
  });

  it.each([
    ['a host', { host: 'shop.example.com' }, true],
    ['a certificate', { tls: { certificate: 'PEM' } }, true],
    ['no host', { to: { name: 'web' } }, false],
    ['an empty host', { host: '' }, false],
  ])('chooses the host of a Route with %s', (_, spec, expected) => {
    const kind = aKind('route.openshift.io/v1 Route routes');
    const rightsOf = (type: string): readonly string[] =>
      show(destinationRights([aResource(type, 'web', { spec })], { ...plan('apply'), kinds: [kind, ...kinds] }));
    const right = 'create routes.route.openshift.io/custom-host in shop';
    expect(rightsOf('route.openshift.io/v1 Route').includes(right)).toBe(expected);
    expect(rightsOf('apps/v1 Deployment')).not.toContain(right);
  });

  it('reads an account and a custom resource after it applied them', () => {
    const planned = [aResource('v1 ServiceAccount', 'a'), aResource('example.com/v1 Gadget', 'b')];
    const served = [aKind('v1 ServiceAccount serviceaccounts'), aKind('example.com/v1 Gadget gadgets')];
    expect(show(destinationRights(planned, { ...plan('apply'), kinds: served }))).toEqual([
      'create get list patch serviceaccounts in shop',
      'create get list patch gadgets.example.com in shop',
    ]);
  });

  it("pushes to OpenShift's registry, which makes streams", () => {
    expect(show(destinationRights([], { ...plan('images'), kinds: openShift }))).toEqual([
      'create imagestreams.image.openshift.io in shop',
      'get update imagestreams.image.openshift.io/layers in shop',
    ]);
  });

  it('fills claims through pods of its own', () => {
    expect(show(destinationRights([], plan('volumes')))).toContain('create get persistentvolumeclaims in shop');
  });

  it('needs nothing for steps that are not planned', () => {
    expect(destinationRights(resources, plan('export'))).toEqual([]);
  });
});
