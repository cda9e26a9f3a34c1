import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { checkPods, compareRanges } from '../../../../src/domain/validate/check-pods.ts';
import { aSafePod } from '../../../builders/pod-security.ts';
import { aSurface } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const policy = { enforce: '', uidRange: '1000660000/10000', groupRange: '1000660000/10000' };

function aDeployment(spec: object, annotations: object = {}): Resource {
  const template = { metadata: { annotations }, spec };
  return aResource('apps/v1 Deployment', 'web', { spec: { template } });
}

const running = (runAsUser: unknown) => ({ containers: [{ name: 'a', securityContext: { runAsUser } }] });

const binding = (name: string, kind = 'ClusterRole') =>
  aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'use', {
    roleRef: { kind, name },
    subjects: [{ kind: 'ServiceAccount', name: 'web' }],
  });

function reasons(resources: readonly Resource[], more: object) {
  return checkPods(resources, aSurface(more)).map(({ id, reason }) => `${id}: ${reason}`);
}

describe('the Pod Security level of the namespace', () => {
  it.each([
    ['', {}, []],
    ['privileged', {}, []],
    ['baseline', {}, ['Pod Security of apps/v1 Deployment shop/web: security-level-met']],
    ['restricted', {}, ['Pod Security of apps/v1 Deployment shop/web: security-level-broken']],
    ['restricted', aSafePod(), ['Pod Security of apps/v1 Deployment shop/web: security-level-met']],
  ])('%s is compared', (enforce, spec, expected) => {
    const more = { policy: { enforce, uidRange: '', groupRange: '' } };
    expect(reasons([aDeployment({ containers: [{ name: 'a' }], ...spec })], more)).toEqual(expected);
  });

  it('is compared with the annotations of pods', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/main': 'unconfined' };
    const more = { policy: { enforce: 'baseline', uidRange: '', groupRange: '' } };
    expect(reasons([aDeployment(aSafePod(), annotations)], more)[0]).toContain('security-level-broken');
  });
});

describe('the ranges of the namespace', () => {
  const id = 'users of apps/v1 Deployment shop/web';

  it.each([
    ['no user', { containers: [{}] }, []],
    ['a user of the range', running(1_000_660_000), [`${id}: in-range`]],
    ['the last user', running(1_000_669_999), [`${id}: in-range`]],
    ['the next user', running(1_000_670_000), [`${id}: outside-range`]],
    ['user 0', running(0), [`${id}: outside-range`]],
    ['a group outside', { containers: [{}], securityContext: { fsGroup: 2000 } }, [`${id}: outside-range`]],
    ['a group inside', { containers: [{}], securityContext: { fsGroup: 1_000_660_001 } }, [`${id}: in-range`]],
    ['a text', running('1000'), []],
  ])('are compared with %s', (_, spec, expected) => {
    expect(reasons([aDeployment(spec)], { policy })).toEqual(expected);
  });

  it.each([
    [{ uidRange: '5-9', groupRange: '' }, 9, 'in-range'],
    [{ uidRange: '5-9', groupRange: '' }, 10, 'outside-range'],
    [{ uidRange: '5-9', groupRange: '1-2,20/5' }, 24, 'in-range'],
    [{ uidRange: '5-9', groupRange: 'broken' }, 5, 'outside-range'],
  ])('%j and group %i', (ranges, fsGroup, reason) => {
    const spec = { containers: [{}], securityContext: { fsGroup } };
    expect(reasons([aDeployment(spec)], { policy: { enforce: '', ...ranges } })).toEqual([`${id}: ${reason}`]);
  });

  it('do not decide where the account may use other constraints', () => {
    const spec = { ...running(0), serviceAccountName: 'web' };
    const any = binding('system:openshift:scc:anyuid');
    const judged = (more: object, ...resources: readonly Resource[]) =>
      reasons([aDeployment(spec), ...resources], { policy, ...more });
    expect(judged({}, any)).toEqual([`${id}: unknown`]);
    expect(judged({ securityConstraints: ['anyuid'] }, any)).toEqual([`${id}: unknown`]);
    expect(judged({ securityConstraints: ['restricted-v2'] }, any)).toEqual([`${id}: outside-range`]);
    expect(judged({}, binding('view'))).toEqual([`${id}: outside-range`]);
    const demanding = aDeployment(
      { ...running(0), serviceAccount: 'other' },
      { 'openshift.io/required-scc': 'nonroot' },
    );
    expect(reasons([demanding], { policy })).toEqual([`${id}: unknown`]);
  });

  it('are an open question when the namespace may not be read', () => {
    const unread = [{ what: 'policy', why: 'forbidden' }];
    expect(reasons([aDeployment(running(0))], { unread })).toEqual(['security of the namespace: unknown']);
    expect(reasons([aResource('v1 ConfigMap', 'one')], { unread })).toEqual([]);
    expect(reasons([aDeployment(running(0))], {})).toEqual([]);
  });

  it.each([
    [undefined, policy, []],
    [policy, undefined, []],
    [policy, policy, ['uid-range-equal']],
    [{ ...policy, uidRange: '1/2' }, policy, ['uid-range-differs']],
  ])('of both sides are compared', (source, destination, expected) => {
    expect(compareRanges(source, destination).map(({ reason }) => reason)).toEqual(expected);
  });
});
