import { describe, expect, it } from 'vitest';

import {
  conversionOf,
  convertVersion,
  noteVersion,
  whyNotConverted,
} from '../../../../../src/domain/transform/versions/conversion.ts';
import { aResource } from '../../../../builders/transform.ts';

const usual = { keepVersions: false };

describe('versions that some clusters still serve', () => {
  it.each([
    ['gateway.networking.k8s.io/v1beta1 HTTPRoute', 'gateway.networking.k8s.io/v1'],
    ['gateway.networking.k8s.io/v1alpha2 GRPCRoute', 'gateway.networking.k8s.io/v1'],
    ['networking.istio.io/v1alpha3 VirtualService', 'networking.istio.io/v1'],
    ['security.istio.io/v1beta1 AuthorizationPolicy', 'security.istio.io/v1'],
    ['external-secrets.io/v1beta1 ExternalSecret', 'external-secrets.io/v1'],
    ['autoscaling.k8s.io/v1beta2 VerticalPodAutoscaler', 'autoscaling.k8s.io/v1'],
    ['serving.knative.dev/v1beta1 Service', 'serving.knative.dev/v1'],
    ['v1 DeploymentConfig', 'apps.openshift.io/v1'],
    ['v1 BuildConfig', 'build.openshift.io/v1'],
    ['v1 ImageStream', 'image.openshift.io/v1'],
    ['v1 Route', 'route.openshift.io/v1'],
    ['v1 Template', 'template.openshift.io/v1'],
  ])('%s becomes %s only for a destination that is known', (type, to) => {
    const resource = aResource(type, 'one');
    expect(convertVersion(resource, usual)).toEqual([]);
    expect(noteVersion(resource, usual)).toEqual([]);
    expect(conversionOf(resource)).toEqual({ to, operations: [{ op: 'replace', path: '/apiVersion', value: to }] });
  });

  it.each(['serving.knative.dev/v1alpha1 Service', 'cert-manager.io/v1alpha2 Certificate', 'v1 Service', 'v1 Pod'])(
    '%s has no conversion',
    (type) => {
      expect(conversionOf(aResource(type, 'one'))).toBeUndefined();
      expect(whyNotConverted(aResource(type, 'one'))).toBe('');
    },
  );
});

describe('versions that current API servers serve no more', () => {
  const budget = aResource('policy/v1beta1 PodDisruptionBudget', 'one');

  it('are converted and noted, and kept on request', () => {
    expect(convertVersion(budget, usual)).toHaveLength(1);
    expect(noteVersion(budget, usual)).toEqual(['is converted from policy/v1beta1 to policy/v1']);
    expect(convertVersion(budget, { keepVersions: true })).toEqual([]);
    expect(noteVersion(budget, { keepVersions: true })).toEqual([expect.stringContaining('keeps its version')]);
  });

  it('say why they cannot be converted', () => {
    const hooks = aResource('admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration', 'one', {
      webhooks: [{}],
    });
    expect(conversionOf(hooks)).toEqual({ to: 'admissionregistration.k8s.io/v1', operations: undefined });
    expect(convertVersion(hooks, usual)).toEqual([]);
    expect(whyNotConverted(hooks)).toContain('no conversion');
    expect(whyNotConverted(budget)).toBe('policy/v1 is not served either');
    expect(whyNotConverted(aResource('policy/v1beta1 PodSecurityPolicy', 'one'))).toContain('Pod Security');
  });
});
