import { describe, expect, it } from 'vitest';

import { parseModernize } from '../../../../../src/domain/transform/transform-options.ts';
import { modernize } from '../../../../builders/modernize.ts';
import { aResource } from '../../../../builders/transform.ts';

describe('what has no counterpart on plain Kubernetes is left out with the reason', () => {
  it.each([
    ['image.openshift.io/v1 ImageStream', 'no image streams'],
    ['image.openshift.io/v1 ImageStreamTag', 'no image streams'],
    ['apps.openshift.io/v1 Other', 'does not serve'],
    ['template.openshift.io/v1 Template', 'templates'],
    ['quota.openshift.io/v1 AppliedClusterResourceQuota', 'quotas'],
    ['network.openshift.io/v1 EgressNetworkPolicy', 'NetworkPolicy'],
    ['security.openshift.io/v1 PodSecurityPolicyReview', 'Pod Security'],
    ['authorization.openshift.io/v1 RoleBindingRestriction', 'restrict'],
    ['build.openshift.io/v1 BuildConfig', 'the a build needs a build system'],
  ])('%s: %s', (type, reason) => {
    expect(modernize(aResource(type, 'one')).reason).toContain(reason);
  });

  it('a BuildConfig with what it built', () => {
    const spec = { strategy: { type: 'Source' }, output: { to: { kind: 'ImageStreamTag', name: 'web:latest' } } };
    expect(modernize(aResource('build.openshift.io/v1 BuildConfig', 'web', { spec })).reason).toContain(
      'the Source build of web:latest',
    );
  });

  it("a binding to a role of OpenShift's registry, and no other", () => {
    const binding = (name?: string) =>
      modernize(aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'one', { roleRef: { name } })).reason;
    expect(binding('system:image-puller')).toContain('no role system:image-puller');
    expect(binding('system:deployer')).toContain('no role');
    expect(binding('edit')).toBeUndefined();
    expect(binding()).toBeUndefined();
  });

  it.each(['v1 ConfigMap', 'tuned.openshift.io/v1 Profile', 'authorization.openshift.io/v1 RoleBinding'])(
    'but not %s',
    (type) => {
      expect(modernize(aResource(type, 'one'))).toEqual({ patches: [], notes: [], reason: undefined });
    },
  );
});

describe('references to a DeploymentConfig lead to the Deployment', () => {
  it.each([
    [{ apiVersion: 'apps.openshift.io/v1' }, ['replace /spec/scaleTargetRef/apiVersion "apps/v1"']],
    [{ apiVersion: 'v1' }, ['replace /spec/scaleTargetRef/apiVersion "apps/v1"']],
    [{}, []],
  ])('with version %j', (version, expected) => {
    const spec = { scaleTargetRef: { ...version, kind: 'DeploymentConfig', name: 'web' } };
    expect(modernize(aResource('autoscaling/v2 HorizontalPodAutoscaler', 'web', { spec })).patches).toEqual([
      ...expected,
      'replace /spec/scaleTargetRef/kind "Deployment"',
    ]);
  });

  it('in lists too, but not at any depth, and not of another group', () => {
    const reference = { kind: 'DeploymentConfig', name: 'web' };
    const deep = { a: { a: { a: { a: { a: { a: { a: { a: reference } } } } } } } };
    const spec = {
      targets: ['x', reference],
      deep,
      other: { ...reference, apiVersion: 'example.com/v1' },
      unnamed: { kind: 'DeploymentConfig' },
    };
    expect(modernize(aResource('example.com/v1 Scaler', 'web', { spec })).patches).toEqual([
      'replace /spec/targets/1/kind "Deployment"',
    ]);
  });
});

describe("what OpenShift's service CA made", () => {
  it.each([
    ['service.beta.openshift.io/serving-cert-secret-name', 'web-tls', ['Secret web-tls']],
    ['service.alpha.openshift.io/serving-cert-secret-name', 'web-tls', ['Secret web-tls']],
    ['service.beta.openshift.io/inject-cabundle', 'true', ['authority']],
    ['service.beta.openshift.io/serving-cert-signed-by', 'x', []],
    ['example.com/inject-cabundle', 'true', []],
  ])('is noted: %s', (key, value, notes) => {
    expect(modernize(aResource('v1 Service', 'web', { metadata: { annotations: { [key]: value } } })).notes).toEqual(
      notes.map((note) => expect.stringContaining(note) as unknown),
    );
  });
});

describe('the flags', () => {
  it('switch it off when they do not ask for it', () => {
    expect(parseModernize({})).toBeUndefined();
    expect(parseModernize({ modernize: '' })).toBeUndefined();
  });

  it('are read', () => {
    expect(
      parseModernize({
        modernize: 'gateway',
        gateway: 'infrastructure/public',
        'ingress-class': 'public',
        'route-domain': 'apps.example.com',
      }),
    ).toEqual({
      routes: 'gateway',
      gateway: { namespace: 'infrastructure', name: 'public' },
      ingressClass: 'public',
      domain: 'apps.example.com',
    });
  });

  it.each([
    [{ modernize: 'yes' }, 'expected ingress or gateway'],
    [{ modernize: 'gateway' }, 'attach to a Gateway'],
    [{ modernize: 'gateway', gateway: 'a/b/c' }, 'expected namespace/name'],
    [{ modernize: 'ingress', 'ingress-class': 'A B' }, 'lower-case'],
    [{ modernize: 'ingress', 'route-domain': '.x' }, 'lower-case'],
  ])('are refused: %j', (flags, why) => {
    expect(() => parseModernize(flags)).toThrow(why);
  });
});
