import { addAt, removeAt, type Operation } from '../json-patch.ts';
import { isObject, type Resource } from '../resource.ts';
import { textsAt } from './kinds.ts';
import { removeMembers } from './removals.ts';
import type { TransformOptions } from './transform-options.ts';

const serverFields = [
  'uid',
  'selfLink',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'ownerReferences',
];

const serverAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.daemonset.template.generation',
  'batch.kubernetes.io/job-tracking',
  'autoscaling.alpha.kubernetes.io/conditions',
  'autoscaling.alpha.kubernetes.io/current-metrics',
  'openshift.io/internal-registry-pull-secret-ref',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/selected-node',
  'volume.kubernetes.io/storage-provisioner',
]);
const serverAnnotationPrefixes = ['deployment.kubernetes.io/', 'pv.kubernetes.io/'];

/** Removes what the source's server and controllers wrote into metadata, and the status. */
export function stripServerFields(resource: Resource): readonly Operation[] {
  const annotations = Object.keys(textsAt(resource, 'annotations')).filter(isServerAnnotation);
  return [
    ...removeMembers(['metadata'], resource.metadata, serverFields),
    ...annotations.map((key) => removeAt(['metadata', 'annotations', key])),
    ...removeMembers([], resource, ['status']),
  ];
}

/** The user's own changes to annotations: what is already so is left alone. */
export function changeAnnotations(resource: Resource, options: TransformOptions): readonly Operation[] {
  const present = textsAt(resource, 'annotations');
  const removed = options.removeAnnotations.filter((key) => key in present && !isServerAnnotation(key));
  const added = [...options.addAnnotations].filter(([key, value]) => present[key] !== value);
  const needsParent = added.length > 0 && !isObject(resource.metadata['annotations']);
  return [
    ...removed.map((key) => removeAt(['metadata', 'annotations', key])),
    ...(needsParent ? [addAt(['metadata', 'annotations'], {})] : []),
    ...added.map(([key, value]) => addAt(['metadata', 'annotations', key], value)),
  ];
}

function isServerAnnotation(key: string): boolean {
  return serverAnnotations.has(key) || serverAnnotationPrefixes.some((prefix) => key.startsWith(prefix));
}
