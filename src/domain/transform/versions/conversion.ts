import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { keyOf, type Resource } from '../../kube/resource.ts';
import { ownValue } from '../../core/json-object.ts';
import type { TransformOptions } from '../transform-options.ts';
import type { Conversion } from './conversion-row.ts';
import { customConversions } from './custom-conversions.ts';
import { convertDefinition } from './convert-definition.ts';
import { convertAutoscaler } from './convert-autoscaler.ts';
import { convertIngress } from './convert-ingress.ts';
import {
  convertBudget,
  convertPriorityLevel,
  convertSlice,
  convertWebhooks,
  convertWorkload,
} from './convert-small.ts';

const flowControl = 'flowcontrol.apiserver.k8s.io';
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
    from: rbacKinds.flatMap((kind) => ['v1alpha1', 'v1beta1'].map((old) => `${kind}.rbac.authorization.k8s.io/${old}`)),
    to: 'rbac.authorization.k8s.io/v1',
  },
  {
    from: ['PriorityClass.scheduling.k8s.io/v1alpha1', 'PriorityClass.scheduling.k8s.io/v1beta1'],
    to: 'scheduling.k8s.io/v1',
  },
  {
    from: ['StorageClass', 'CSIDriver', 'CSINode'].map((kind) => `${kind}.storage.k8s.io/v1beta1`),
    to: 'storage.k8s.io/v1',
  },
  { from: ['APIService.apiregistration.k8s.io/v1beta1'], to: 'apiregistration.k8s.io/v1' },
  { from: ['RuntimeClass.node.k8s.io/v1beta1'], to: 'node.k8s.io/v1' },
  { from: ['Lease.coordination.k8s.io/v1beta1'], to: 'coordination.k8s.io/v1' },
  {
    from: ['v1alpha1', 'v1beta1', 'v1beta2', 'v1beta3'].map((old) => `FlowSchema.${flowControl}/${old}`),
    to: `${flowControl}/v1`,
  },
  {
    from: ['v1alpha1', 'v1beta1', 'v1beta2', 'v1beta3'].map(
      (old) => `PriorityLevelConfiguration.${flowControl}/${old}`,
    ),
    to: `${flowControl}/v1`,
    convert: convertPriorityLevel,
  },
  {
    from: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].flatMap((kind) =>
      ['v1alpha1', 'v1beta1'].map((old) => `${kind}.admissionregistration.k8s.io/${old}`),
    ),
    to: 'admissionregistration.k8s.io/v1',
    isStillServed: true,
  },
  ...customConversions,
];

/** Versions that are gone, and what takes the place of their objects. */
const withoutSuccessor: Readonly<Record<string, string>> = {
  'PodSecurityPolicy.policy/v1beta1': 'the Pod Security labels of the namespace take its place',
  'PodSecurityPolicy.extensions/v1beta1': 'the Pod Security labels of the namespace take its place',
  'PodPreset.settings.k8s.io/v1alpha1': 'write what it adds into the templates of the workloads',
};

const byVersion = new Map(conversions.flatMap((each) => each.from.map((from) => [from, each] as const)));

/**
 * The changes that convert an object of a version which current API servers serve no more; none for others, and none
 * where versions are kept for a destination that may serve them.
 */
export function convertVersion(
  resource: Resource,
  { keepVersions }: Pick<TransformOptions, 'keepVersions'>,
): readonly Operation[] {
  if (keepVersions || isStillServed(resource)) return [];
  return conversionOf(resource)?.operations ?? [];
}

/** Reports a conversion, and a version that is served no more and for which none is defined. */
export function noteVersion(
  resource: Resource,
  { keepVersions }: Pick<TransformOptions, 'keepVersions'>,
): readonly string[] {
  const conversion = conversionOf(resource);
  if (conversion === undefined) {
    const why = whyNotConverted(resource);
    return why === '' ? [] : [`its version ${resource.apiVersion} is served no more: ${why}`];
  }
  if (isStillServed(resource)) return [];
  const { to, operations } = conversion;
  if (keepVersions) return [`keeps its version ${resource.apiVersion}, which current API servers do not serve`];
  return operations === undefined
    ? [`its version ${resource.apiVersion} is served no more, and no conversion to ${to} is defined for it`]
    : [`is converted from ${resource.apiVersion} to ${to}`];
}

/** What takes the place of a version, for a destination that does not serve it. */
export interface VersionConversion {
  /** For example `networking.k8s.io/v1`. */
  readonly to: string;
  /** The changes of the object, that of its version among them; undefined: no conversion is defined for it. */
  readonly operations: readonly Operation[] | undefined;
}

/** The version that took the place of an object's own; undefined: none is known. */
export function conversionOf(resource: Resource): VersionConversion | undefined {
  const found = byVersion.get(versionOf(resource));
  if (found === undefined) return undefined;
  const operations = found.convert === undefined ? [] : found.convert(resource);
  return { to: found.to, operations: operations && [replaceAt(['apiVersion'], found.to), ...operations] };
}

/** Why an object of a version that a cluster does not serve cannot be converted; empty: nothing is known of it. */
export function whyNotConverted(resource: Resource): string {
  const conversion = conversionOf(resource);
  if (conversion === undefined) return ownValue(withoutSuccessor, versionOf(resource)) ?? '';
  const { to, operations } = conversion;
  return operations === undefined ? `no conversion to ${to} is defined for it` : `${to} is not served either`;
}

/** The kind that takes the place of one in group `extensions`, as `Deployment.apps`; undefined for other groups. */
export function successorOf(resource: Resource): string | undefined {
  const { group, kind } = keyOf(resource);
  const to = byVersion.get(versionOf(resource))?.to;
  return group === 'extensions' && to !== undefined ? `${kind}.${to.slice(0, to.indexOf('/'))}` : undefined;
}

function isStillServed(resource: Resource): boolean {
  return byVersion.get(versionOf(resource))?.isStillServed === true;
}

function versionOf(resource: Resource): string {
  return `${resource.kind}.${resource.apiVersion}`;
}
