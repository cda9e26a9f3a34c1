import { arrayAt, stringAt } from '../core/json-object.ts';
import { kindOf, type Resource } from '../kube/resource.ts';

/**
 * Waves in which resources are created, so that each finds what it refers to: a CustomResourceDefinition before its
 * objects, a Role before its binding, accounts, configuration and network policies before the pods they apply to.
 */
const waves: readonly (readonly string[])[] = [
  ['CustomResourceDefinition.apiextensions.k8s.io'],
  [
    'Namespace',
    'PriorityClass.scheduling.k8s.io',
    'StorageClass.storage.k8s.io',
    'PersistentVolume',
    'IngressClass.networking.k8s.io',
    'RuntimeClass.node.k8s.io',
    'SecurityContextConstraints.security.openshift.io',
  ],
  [
    'ResourceQuota',
    'LimitRange',
    'ServiceAccount',
    'Role.rbac.authorization.k8s.io',
    'ClusterRole.rbac.authorization.k8s.io',
  ],
  [
    'RoleBinding.rbac.authorization.k8s.io',
    'ClusterRoleBinding.rbac.authorization.k8s.io',
    'ConfigMap',
    'Secret',
    'PersistentVolumeClaim',
    'NetworkPolicy.networking.k8s.io',
    'PodDisruptionBudget.policy',
    'Service',
  ],
  ['ImageStream.image.openshift.io'],
  ['ImageStreamTag.image.openshift.io'],
];

const afterWorkloads: readonly string[] = [
  'HorizontalPodAutoscaler.autoscaling',
  'Ingress.networking.k8s.io',
  'Route.route.openshift.io',
  'Gateway.gateway.networking.k8s.io',
  'HTTPRoute.gateway.networking.k8s.io',
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io',
  'APIService.apiregistration.k8s.io',
];

const workloads = waves.length;

/** The kind of resource as `Deployment.apps`, or `Pod` for the core group. */
interface Kinded {
  readonly group: string;
  readonly kind: string;
  /** Whether it refers to another object of its kind, which must exist before. */
  readonly isFollowing?: boolean;
}

/** Number of the wave of a resource. Kinds that nothing is known of go with the workloads. */
export function waveOf({ group, kind, isFollowing }: Kinded): number {
  return waveOfKind(group === '' ? kind : `${kind}.${group}`) + (isFollowing === true ? 0.5 : 0);
}

function waveOfKind(name: string): number {
  const found = waves.findIndex((kinds) => kinds.includes(name));
  if (found >= 0) return found;
  return afterWorkloads.includes(name) ? workloads + 1 : workloads;
}

/** Whether a tag of an image stream points at another stream: OpenShift refuses it before that stream exists. */
export function followsStream(resource: Resource): boolean {
  if (kindOf(resource) !== 'ImageStream.image.openshift.io') return false;
  return arrayAt(resource, 'spec', 'tags').some((tag) => {
    const kind = stringAt(tag, 'from', 'kind');
    const [stream] = (stringAt(tag, 'from', 'name') ?? '').split(/[:@]/);
    return (kind === 'ImageStreamTag' || kind === 'ImageStreamImage') && stream !== resource.metadata.name;
  });
}

/** Splits items into waves, keeping their order within each. */
export function groupByWave<T extends Kinded>(items: readonly T[]): readonly (readonly T[])[] {
  const grouped = Map.groupBy(items, waveOf);
  return [...grouped].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}
