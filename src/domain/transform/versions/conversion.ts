import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { keyOf, type Resource } from '../../kube/resource.ts';
import { convertDefinition } from './convert-definition.ts';
import { convertAutoscaler } from './convert-autoscaler.ts';
import { convertIngress } from './convert-ingress.ts';
import { convertBudget, convertSlice, convertWebhooks, convertWorkload } from './convert-small.ts';

/** The changes that make an object one of the new version; undefined: no conversion is defined for it. */
type Convert = (resource: Resource) => readonly Operation[] | undefined;

interface Conversion {
  /** `Ingress.extensions/v1beta1`: kind, group and version. */
  readonly from: readonly string[];
  readonly to: string;
  /** Default: only the version changes. */
  readonly convert?: Convert;
}

const rbacKinds = ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];

/**
 * Versions that current API servers serve no more, and those that took their place
 * (https://kubernetes.io/docs/reference/using-api/deprecation-guide/).
 */
const conversions: readonly Conversion[] = [
  {
    from: [
      ...['Deployment', 'DaemonSet', 'ReplicaSet'].map((kind) => `${kind}.extensions/v1beta1`),
      ...['Deployment', 'StatefulSet'].map((kind) => `${kind}.apps/v1beta1`),
      ...['Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet'].map((kind) => `${kind}.apps/v1beta2`),
    ],
    to: 'apps/v1',
    convert: convertWorkload,
  },
  {
    from: ['Ingress.extensions/v1beta1', 'Ingress.networking.k8s.io/v1beta1'],
    to: 'networking.k8s.io/v1',
    convert: convertIngress,
  },
  { from: ['NetworkPolicy.extensions/v1beta1', 'IngressClass.networking.k8s.io/v1beta1'], to: 'networking.k8s.io/v1' },
  { from: ['PodDisruptionBudget.policy/v1beta1'], to: 'policy/v1', convert: convertBudget },
  { from: ['CronJob.batch/v1beta1', 'CronJob.batch/v2alpha1'], to: 'batch/v1' },
  { from: ['HorizontalPodAutoscaler.autoscaling/v2beta2'], to: 'autoscaling/v2' },
  { from: ['HorizontalPodAutoscaler.autoscaling/v2beta1'], to: 'autoscaling/v2', convert: convertAutoscaler },
  { from: ['EndpointSlice.discovery.k8s.io/v1beta1'], to: 'discovery.k8s.io/v1', convert: convertSlice },
  {
    from: ['CustomResourceDefinition.apiextensions.k8s.io/v1beta1'],
    to: 'apiextensions.k8s.io/v1',
    convert: convertDefinition,
  },
  {
    from: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map(
      (kind) => `${kind}.admissionregistration.k8s.io/v1beta1`,
    ),
    to: 'admissionregistration.k8s.io/v1',
    convert: convertWebhooks,
  },
  {
    from: rbacKinds.map((kind) => `${kind}.rbac.authorization.k8s.io/v1beta1`),
    to: 'rbac.authorization.k8s.io/v1',
  },
  { from: ['PriorityClass.scheduling.k8s.io/v1beta1'], to: 'scheduling.k8s.io/v1' },
  { from: ['StorageClass.storage.k8s.io/v1beta1'], to: 'storage.k8s.io/v1' },
  { from: ['APIService.apiregistration.k8s.io/v1beta1'], to: 'apiregistration.k8s.io/v1' },
];

const byVersion = new Map(conversions.flatMap((each) => each.from.map((from) => [from, each] as const)));

/** The changes that convert an object of a version which is served no more; none for others. */
export function convertVersion(resource: Resource): readonly Operation[] {
  const conversion = conversionOf(resource);
  if (conversion === undefined) return [];
  const { to, operations } = conversion;
  return [replaceAt(['apiVersion'], to), ...operations];
}

/** Reports a conversion, and a version that is served no more and for which none is defined. */
export function noteVersion(resource: Resource): readonly string[] {
  const conversion = conversionOf(resource);
  if (conversion !== undefined) return [`is converted from ${resource.apiVersion} to ${conversion.to}`];
  const known = byVersion.get(versionOf(resource));
  return known === undefined
    ? []
    : [`its version ${resource.apiVersion} is served no more, and no conversion to ${known.to} is defined for it`];
}

/** The kind that takes the place of one in group `extensions`, as `Deployment.apps`; undefined for other groups. */
export function successorOf(resource: Resource): string | undefined {
  const { group, kind } = keyOf(resource);
  const to = byVersion.get(versionOf(resource))?.to;
  return group === 'extensions' && to !== undefined ? `${kind}.${to.slice(0, to.indexOf('/'))}` : undefined;
}

function conversionOf(
  resource: Resource,
): { readonly to: string; readonly operations: readonly Operation[] } | undefined {
  const found = byVersion.get(versionOf(resource));
  if (found === undefined) return undefined;
  const operations = found.convert === undefined ? [] : found.convert(resource);
  return operations === undefined ? undefined : { to: found.to, operations };
}

function versionOf(resource: Resource): string {
  return `${resource.kind}.${resource.apiVersion}`;
}
