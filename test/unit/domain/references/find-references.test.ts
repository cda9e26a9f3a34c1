import { describe, expect, it } from 'vitest';

import { findReferences } from '../../../../src/domain/references/find-references.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { aResource } from '../../../builders/transform.ts';

/** `Kind namespace/name`, and a question mark for what is optional. */
function show(resource: Resource): readonly string[] {
  return findReferences(resource).map(
    ({ kind, namespace, name, isOptional }) => `${kind} ${namespace}/${name}${isOptional ? '?' : ''}`,
  );
}

describe('what an object names', () => {
  it('are accounts, claims, Secrets and ConfigMaps of its pods', () => {
    const spec = {
      serviceAccountName: 'web',
      imagePullSecrets: [{ name: 'login' }],
      containers: [
        {
          name: 'a',
          envFrom: [{ secretRef: { name: 'env', optional: true } }, { configMapRef: { name: 'settings' } }],
          env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'key', key: 'a' } } }],
        },
      ],
      dnsConfig: { searches: ['shop.svc.cluster.local', 'example.com'] },
      resourceClaims: [{ resourceClaimName: 'gpu' }, { resourceClaimTemplateName: 'gpus' }],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'tls', secret: { secretName: 'tls', optional: true } },
        { name: 'all', projected: { sources: [{ configMap: { name: 'part' } }, 'broken'] } },
      ],
    };
    expect(show(aResource('apps/v1 Deployment', 'web', { spec: { template: { spec } } }))).toEqual([
      'ServiceAccount shop/web',
      'Secret shop/login',
      'PersistentVolumeClaim shop/data',
      'Secret shop/tls?',
      'Secret shop/env?',
      'Secret shop/key',
      'ConfigMap shop/part',
      'ConfigMap shop/settings',
      ' shop/',
      'ResourceClaim shop/gpu',
      'ResourceClaimTemplate shop/gpus',
    ]);
  });

  it('is in no namespace when its kind has none', () => {
    const roleRef = { kind: 'ClusterRole', name: 'edit' };
    const binding = aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'a', { roleRef });
    expect(show(binding)).toEqual(['ClusterRole /edit']);
  });

  it('is found in the Jobs of KEDA, and in no other kind with this field', () => {
    const spec = { jobTargetRef: { template: { spec: { serviceAccountName: 'worker' } } } };
    expect(show(aResource('keda.sh/v1alpha1 ScaledJob', 'a', { spec }))).toEqual(['ServiceAccount shop/worker']);
    expect(show(aResource('keda.sh/v1alpha1 ScaledJob', 'a', { spec: {} }))).toEqual([]);
    expect(show(aResource('example.com/v1 Lamp', 'a', { spec }))).toEqual([]);
  });

  it('may be named without its namespace', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/auth-secret': 'users' };
    expect(show(aResource('networking.k8s.io/v1 Ingress', 'a', { metadata: { annotations } }))).toEqual([
      'Secret shop/users',
    ]);
  });

  it('has the namespace of nothing when the object itself has none', () => {
    const webhooks = [{ clientConfig: { service: { name: 'hook' } } }];
    const type = 'ValidatingWebhookConfiguration';
    const resource = { apiVersion: 'admissionregistration.k8s.io/v1', kind: type, metadata: { name: 'a' }, webhooks };
    expect(show(resource)).toEqual(['Service /hook']);
  });

  it('is not the namespace of the object beside its annotations', () => {
    const metadata = { namespace: 'shop', annotations: { 'cert-manager.io/issuer': 'own', namespace: 'other' } };
    expect(show(aResource('networking.k8s.io/v1 Ingress', 'a', { metadata }))).toEqual(['Issuer shop/own']);
  });
});

describe('the name in an object', () => {
  it.each([
    ['autoscaling/v2 HorizontalPodAutoscaler', { scaleTargetRef: { kind: 'StatefulSet', name: 'db' } }, 'StatefulSet'],
    ['autoscaling.k8s.io/v1 VerticalPodAutoscaler', { targetRef: { kind: 'DaemonSet', name: 'db' } }, 'DaemonSet'],
    ['keda.sh/v1alpha1 ScaledObject', { scaleTargetRef: { name: 'db' } }, 'Deployment'],
    ['cert-manager.io/v1 Certificate', { issuerRef: { name: 'db' } }, 'Issuer'],
    ['argoproj.io/v1alpha1 Rollout', { workloadRef: { kind: 'Deployment', name: 'db' } }, 'Deployment'],
    ['external-secrets.io/v1 ExternalSecret', { secretStoreRef: { name: 'db' } }, 'SecretStore'],
    ['eventing.knative.dev/v1 Trigger', { broker: 'db' }, 'Broker'],
    ['route.openshift.io/v1 Route', { to: { kind: 'Service', name: 'db' } }, 'Service'],
    ['route.openshift.io/v1 Route', { tls: { externalCertificate: { name: 'db' } } }, 'Secret'],
    ['gateway.networking.k8s.io/v1 Gateway', { infrastructure: { parametersRef: { name: 'db' } } }, 'ConfigMap'],
    ['gateway.networking.k8s.io/v1 ListenerSet', { parentRef: { name: 'db' } }, 'Gateway'],
    ['keda.sh/v1alpha1 TriggerAuthentication', { secretTargetRef: [{ name: 'db' }] }, 'Secret'],
    [
      'keda.sh/v1alpha1 TriggerAuthentication',
      { hashiCorpVault: { credential: { serviceAccount: 'db' } } },
      'ServiceAccount',
    ],
    ['cert-manager.io/v1 Certificate', { keystores: { jks: { passwordSecretRef: { name: 'db' } } } }, 'Secret'],
    [
      'cert-manager.io/v1 Issuer',
      { acme: { solvers: [{ dns01: { route53: { secretAccessKeySecretRef: { name: 'db' } } } }] } },
      'Secret',
    ],
    [
      'cert-manager.io/v1 Issuer',
      { acme: { solvers: [{ http01: { gatewayHTTPRoute: { parentRefs: [{ name: 'db' }] } } }] } },
      'Gateway',
    ],
    ['cert-manager.io/v1 Issuer', { vault: { auth: { appRole: { secretRef: { name: 'db' } } } } }, 'Secret'],
    [
      'external-secrets.io/v1 SecretStore',
      { provider: { vault: { auth: { tokenSecretRef: { name: 'db' } } } } },
      'Secret',
    ],
    [
      'external-secrets.io/v1beta1 SecretStore',
      { provider: { aws: { auth: { jwt: { serviceAccountRef: { name: 'db' } } } } } },
      'ServiceAccount',
    ],
    [
      'external-secrets.io/v1 ExternalSecret',
      { target: { template: { templateFrom: [{ configMap: { name: 'db' } }] } } },
      'ConfigMap',
    ],
    ['networking.istio.io/v1 Gateway', { servers: [{ tls: { credentialName: 'db' } }] }, 'Secret'],
    ['networking.istio.io/v1 VirtualService', { http: [{ delegate: { name: 'db' } }] }, 'VirtualService'],
    ['networking.istio.io/v1 DestinationRule', { trafficPolicy: { tls: { credentialName: 'db' } } }, 'Secret'],
    ['security.istio.io/v1 AuthorizationPolicy', { targetRefs: [{ kind: 'Service', name: 'db' }] }, 'Service'],
    ['flows.knative.dev/v1 Sequence', { steps: [{ ref: { kind: 'Service', name: 'db' } }] }, 'Service'],
    ['flows.knative.dev/v1 Parallel', { branches: [{ subscriber: { ref: { name: 'db' } } }] }, 'Service'],
    [
      'argoproj.io/v1alpha1 Rollout',
      { strategy: { canary: { analysis: { templates: [{ templateName: 'db' }] } } } },
      'AnalysisTemplate',
    ],
    [
      'argoproj.io/v1alpha1 Rollout',
      { strategy: { canary: { trafficRouting: { nginx: { stableIngress: 'db' } } } } },
      'Ingress',
    ],
    ['argoproj.io/v1alpha1 CronWorkflow', { workflowSpec: { serviceAccountName: 'db' } }, 'ServiceAccount'],
    [
      'v1 PersistentVolumeClaim',
      { dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'db' } },
      'PersistentVolumeClaim',
    ],
    ['v1 Pod', { containers: [{}], volumes: [{ cephfs: { secretRef: { name: 'db' } } }] }, 'Secret'],
    ['v1 Pod', { containers: [{}], volumes: [{ azureFile: { secretName: 'db' } }] }, 'Secret'],
  ])('of %s is another object', (type, spec, kind) => {
    expect(show(aResource(type, 'a', { spec }))).toEqual([`${kind} shop/db`]);
  });
});
