import type { Path } from '../core/json-object.ts';
import { namespacesAt, objectsAt, selectorsAt, type ReferenceRow } from './reference-row.ts';

const containers = ['containers', 'initContainers', 'ephemeralContainers'];
const any = ['*'];

/** What a pod specification names, relative to it (kubernetes/api core/v1/types.go PodSpec). */
export const podReferences: readonly ReferenceRow[] = [
  ...objectsAt(any, 'ServiceAccount', ['serviceAccountName']),
  ...objectsAt(any, 'Secret', ['imagePullSecrets', '*', 'name']),
  ...objectsAt(any, 'PersistentVolumeClaim', ['volumes', '*', 'persistentVolumeClaim', 'claimName']),
  ...objectsAt(
    any,
    'Secret',
    ['volumes', '*', 'secret', 'secretName'],
    ['volumes', '*', 'projected', 'sources', '*', 'secret', 'name'],
    ['volumes', '*', 'azureFile', 'secretName'],
    ...['csi.nodePublishSecretRef', 'cephfs.secretRef', 'flexVolume.secretRef', 'iscsi.secretRef', 'rbd.secretRef'].map(
      (place): Path => ['volumes', '*', ...place.split('.'), 'name'],
    ),
    ...containers.flatMap((field): Path[] => [
      [field, '*', 'envFrom', '*', 'secretRef', 'name'],
      [field, '*', 'env', '*', 'valueFrom', 'secretKeyRef', 'name'],
    ]),
  ),
  ...objectsAt(
    any,
    'ConfigMap',
    ['volumes', '*', 'configMap', 'name'],
    ['volumes', '*', 'projected', 'sources', '*', 'configMap', 'name'],
    ...containers.flatMap((field): Path[] => [
      [field, '*', 'envFrom', '*', 'configMapRef', 'name'],
      [field, '*', 'env', '*', 'valueFrom', 'configMapKeyRef', 'name'],
    ]),
  ),
  { kinds: any, path: ['dnsConfig', 'searches', '*'], form: 'search' },
  ...objectsAt(any, 'ResourceClaim', ['resourceClaims', '*', 'resourceClaimName']),
  ...objectsAt(any, 'ResourceClaimTemplate', ['resourceClaims', '*', 'resourceClaimTemplateName']),
  ...['podAffinity', 'podAntiAffinity'].flatMap((kind) =>
    [
      ['affinity', kind, 'requiredDuringSchedulingIgnoredDuringExecution', '*'],
      ['affinity', kind, 'preferredDuringSchedulingIgnoredDuringExecution', '*', 'podAffinityTerm'],
    ].flatMap((term) => [
      ...namespacesAt(any, [...term, 'namespaces', '*']),
      ...selectorsAt(any, [...term, 'namespaceSelector']),
    ]),
  ),
];

const bindings = ['RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io'];
const constraints = ['SecurityContextConstraints.security.openshift.io'];
const ingresses = ['Ingress.networking.k8s.io', 'Ingress.extensions'];
const webhooks = [
  'MutatingWebhookConfiguration.admissionregistration.k8s.io',
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
];
const annotation = (key: string): Path => ['metadata', 'annotations', key];

/** Kinds of Kubernetes itself, and annotations on them. */
export const coreReferences: readonly ReferenceRow[] = [
  // https://helm.sh/docs/howto/charts_tips_and_tricks/: Helm refuses objects of a release in another namespace.
  ...namespacesAt(any, annotation('meta.helm.sh/release-namespace')),
  { kinds: ['Service'], path: ['spec', 'externalName'], form: 'host', to: 'Service' },
  { kinds: ['ServiceAccount'], path: ['secrets', '*', 'name'], to: 'Secret', isOptional: true },
  ...objectsAt(['ServiceAccount'], 'Secret', ['imagePullSecrets', '*', 'name']),
  ...objectsAt(['StatefulSet.apps'], 'Service', ['spec', 'serviceName']),
  ...objectsAt(['PersistentVolumeClaim'], 'PersistentVolumeClaim', ['spec', 'dataSourceRef', 'name']),
  ...namespacesAt(['PersistentVolume'], ['spec', 'claimRef', 'namespace']),
  ...objectsAt(['HorizontalPodAutoscaler.autoscaling'], 'Deployment', ['spec', 'scaleTargetRef', 'name']),
  ...objectsAt(bindings, 'ClusterRole', ['roleRef', 'name']),
  { kinds: bindings, path: ['subjects', '*', 'name'], to: 'ServiceAccount', where: ['kind', 'ServiceAccount'] },
  {
    kinds: bindings,
    path: ['subjects', '*', 'name'],
    form: 'user',
    to: 'ServiceAccount',
    where: ['kind', 'User'],
  },
  { kinds: bindings, path: ['subjects', '*', 'name'], form: 'group', where: ['kind', 'Group'] },
  { kinds: constraints, path: ['users', '*'], form: 'user', to: 'ServiceAccount', isOptional: true },
  { kinds: constraints, path: ['groups', '*'], form: 'group' },
  ...selectorsAt(
    ['NetworkPolicy.networking.k8s.io', 'NetworkPolicy.extensions'],
    ['spec', 'ingress', '*', 'from', '*', 'namespaceSelector'],
    ['spec', 'egress', '*', 'to', '*', 'namespaceSelector'],
  ),
  ...objectsAt(
    ingresses,
    'Service',
    ['spec', 'defaultBackend', 'service', 'name'],
    ['spec', 'backend', 'serviceName'],
    ['spec', 'rules', '*', 'http', 'paths', '*', 'backend', 'service', 'name'],
    ['spec', 'rules', '*', 'http', 'paths', '*', 'backend', 'serviceName'],
  ),
  ...objectsAt(ingresses, 'Secret', ['spec', 'tls', '*', 'secretName']),
  ...['auth-secret', 'auth-tls-secret', 'proxy-ssl-secret'].map(
    (key): ReferenceRow => ({
      kinds: ingresses,
      path: annotation(`nginx.ingress.kubernetes.io/${key}`),
      form: 'namespace/name',
      to: 'Secret',
    }),
  ),
  ...objectsAt(
    ['Route.route.openshift.io'],
    'Service',
    ['spec', 'to', 'name'],
    ['spec', 'alternateBackends', '*', 'name'],
  ),
  ...objectsAt(['Route.route.openshift.io'], 'Secret', ['spec', 'tls', 'externalCertificate', 'name']),
  ...objectsAt(webhooks, 'Service', ['webhooks', '*', 'clientConfig', 'service', 'name']),
  ...selectorsAt(webhooks, ['webhooks', '*', 'namespaceSelector']),
  ...objectsAt(['APIService.apiregistration.k8s.io'], 'Service', ['spec', 'service', 'name']),
  ...objectsAt(['CustomResourceDefinition.apiextensions.k8s.io'], 'Service', [
    'spec',
    'conversion',
    'webhook',
    'clientConfig',
    'service',
    'name',
  ]),
  ...objectsAt(['VirtualMachine.kubevirt.io'], 'PersistentVolumeClaim', [
    'spec',
    'template',
    'spec',
    'volumes',
    '*',
    'persistentVolumeClaim',
    'claimName',
  ]),
];
