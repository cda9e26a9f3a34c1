import { describe, expect, it } from 'vitest';

import {
  conversionOf,
  convertVersion,
  noteVersion,
  whyNotConverted,
} from '../../../../../src/domain/transform/versions/conversion.ts';
import type { JsonObject } from '../../../../../src/domain/core/json-object.ts';
import { applyPatch } from '../../../../../src/domain/kube/json-patch.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
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
    ['traefik.containo.us/v1alpha1 IngressRoute', 'traefik.io/v1alpha1'],
    ['keda.k8s.io/v1alpha1 TriggerAuthentication', 'keda.sh/v1alpha1'],
    ['cert-manager.io/v1alpha2 ClusterIssuer', 'cert-manager.io/v1'],
    ['gateway.networking.k8s.io/v1alpha2 ReferenceGrant', 'gateway.networking.k8s.io/v1beta1'],
    ['eventing.knative.dev/v1beta1 Trigger', 'eventing.knative.dev/v1'],
    ['sources.knative.dev/v1beta2 PingSource', 'sources.knative.dev/v1'],
    ['helm.toolkit.fluxcd.io/v2beta2 HelmRelease', 'helm.toolkit.fluxcd.io/v2'],
    ['kustomize.toolkit.fluxcd.io/v1beta2 Kustomization', 'kustomize.toolkit.fluxcd.io/v1'],
    ['source.toolkit.fluxcd.io/v1beta2 GitRepository', 'source.toolkit.fluxcd.io/v1'],
    ['admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy', 'admissionregistration.k8s.io/v1'],
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

  it.each([
    'serving.knative.dev/v1alpha1 Service',
    'certmanager.k8s.io/v1alpha1 Certificate',
    'argoproj.io/v1alpha1 Rollout',
    'kafka.strimzi.io/v1beta1 Kafka',
    'v1 Service',
    'v1 Pod',
  ])('%s has no conversion', (type) => {
    expect(conversionOf(aResource(type, 'one'))).toBeUndefined();
    expect(whyNotConverted(aResource(type, 'one'))).toBe('');
  });
});

describe('objects of cert-manager before its version 1', () => {
  it.each(['v1alpha2', 'v1alpha3', 'v1beta1'])('keep what they ask for: a Certificate of %s', (version) => {
    const old = aResource(`cert-manager.io/${version} Certificate`, 'tls', {
      spec: {
        secretName: 'tls',
        organization: ['shop'],
        keyAlgorithm: 'ecdsa',
        keyEncoding: 'pkcs8',
        keySize: 384,
        privateKey: { rotationPolicy: 'Always' },
        uriSANs: ['spiffe://shop'],
        emailSANs: ['a@example.com'],
      },
    });
    expect(converted(old)).toMatchObject({
      apiVersion: 'cert-manager.io/v1',
      spec: {
        secretName: 'tls',
        subject: { organizations: ['shop'] },
        privateKey: { rotationPolicy: 'Always', algorithm: 'ECDSA', encoding: 'PKCS8', size: 384 },
        uris: ['spiffe://shop'],
        emailAddresses: ['a@example.com'],
      },
    });
    expect(Object.keys(converted(old)['spec'] as JsonObject).toSorted()).toEqual(
      ['emailAddresses', 'privateKey', 'secretName', 'subject', 'uris'].toSorted(),
    );
  });

  it('keep the logins at their providers of DNS: an Issuer', () => {
    const login = { project: 'shop', serviceAccountSecretRef: { name: 'dns', key: 'json' } };
    const old = aResource('cert-manager.io/v1alpha2 Issuer', 'own', {
      spec: {
        acme: {
          solvers: [
            { http01: {} },
            { dns01: { cnameStrategy: 'Follow', clouddns: login } },
            { dns01: { route53: {} } },
          ],
        },
      },
    });
    expect(converted(old)['spec']).toEqual({
      acme: {
        solvers: [{ http01: {} }, { dns01: { cnameStrategy: 'Follow', cloudDNS: login } }, { dns01: { route53: {} } }],
      },
    });
  });

  it('with nothing but what stays only get the version', () => {
    const old = aResource('cert-manager.io/v1alpha2 Certificate', 'tls', { spec: { secretName: 'tls' } });
    expect(conversionOf(old)?.operations).toHaveLength(1);
    const scaled = aResource('keda.k8s.io/v1alpha1 ScaledObject', 'web', { spec: {} });
    expect(conversionOf(scaled)?.operations).toHaveLength(1);
  });

  it('of another form only get the version', () => {
    for (const kind of ['Certificate', 'Issuer']) {
      const old = aResource(`cert-manager.io/v1alpha2 ${kind}`, 'odd', { spec: 'odd' });
      expect(conversionOf(old)?.operations).toHaveLength(1);
    }
  });
});

describe('objects of KEDA before its version 2', () => {
  it('name their target otherwise', () => {
    const old = aResource('keda.k8s.io/v1alpha1 ScaledObject', 'web', {
      spec: {
        scaleType: 'deployment',
        scaleTargetRef: { deploymentName: 'web', containerName: 'app' },
        triggers: [{ type: 'prometheus', metadata: { threshold: '5' } }, {}],
      },
    });
    expect(converted(old)).toMatchObject({
      apiVersion: 'keda.sh/v1alpha1',
      spec: {
        scaleTargetRef: { name: 'web', envSourceContainerName: 'app' },
        triggers: [{ type: 'prometheus', metadata: { threshold: '5' } }, {}],
      },
    });
  });

  it.each([
    ['a scaler that changed', { triggers: [{ type: 'rabbitmq' }] }],
    ['a Job', { scaleType: 'job' }],
    ['a Job without the type', { jobTargetRef: {} }],
  ])('have no conversion with %s', (_what, spec) => {
    const old = aResource('keda.k8s.io/v1alpha1 ScaledObject', 'web', { spec });
    expect(conversionOf(old)).toEqual({ to: 'keda.sh/v1alpha1', operations: undefined });
  });
});

describe('a Kustomization of Flux', () => {
  it.each(['patchesJson6902', 'patchesStrategicMerge', 'validation'])('with %s has no conversion', (field) => {
    const old = aResource('kustomize.toolkit.fluxcd.io/v1beta2 Kustomization', 'shop', { spec: { [field]: [] } });
    expect(conversionOf(old)?.operations).toBeUndefined();
  });
});

describe('priority levels', () => {
  it('keep their shares under the new name', () => {
    const old = aResource('flowcontrol.apiserver.k8s.io/v1beta2 PriorityLevelConfiguration', 'shop', {
      spec: { type: 'Limited', limited: { assuredConcurrencyShares: 5 } },
    });
    expect(converted(old)['spec']).toEqual({ type: 'Limited', limited: { nominalConcurrencyShares: 5 } });
    const newer = aResource('flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration', 'shop');
    expect(convertVersion(newer, usual)).toHaveLength(1);
  });
});

function converted(resource: Resource): JsonObject {
  const operations = conversionOf(resource)?.operations ?? [];
  return Object(applyPatch(resource, operations, 'strict')) as JsonObject;
}

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
