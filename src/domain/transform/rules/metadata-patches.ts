import { addAt, removeAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, ownValue } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { isDoubledClass } from './ingress-patches.ts';
import { removeItems, removeMembers } from '../removals.ts';
import { injectedFields, isControllerFinalizer, tracesIn, type TracePlugin } from '../traces/trace-lookup.ts';
import type { TransformOptions } from '../transform-options.ts';

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

/** Removes what the source's server and controllers wrote into metadata, the fields that they inject, and the status. */
export function stripServerFields(resource: Resource): readonly Operation[] {
  const kind = kindOf(resource);
  return [
    ...removeMembers(['metadata'], resource.metadata, serverFields),
    ...removeTraces(resource, 'KubernetesPlugin'),
    ...removeItems(['metadata', 'finalizers'], arrayAt(resource.metadata, 'finalizers'), (name) =>
      isControllerFinalizer(name, kind),
    ),
    ...injectedFields(resource, 'KubernetesPlugin').map(removeAt),
    ...removeMembers([], resource, ['status']),
  ];
}

/** Removes the annotations and labels of controllers that are in the part of the table for a plugin. */
export function removeTraces(resource: Resource, plugin: TracePlugin): readonly Operation[] {
  return (['annotations', 'labels'] as const).flatMap((field) =>
    traceKeys(resource, field, plugin).map((key) => removeAt(['metadata', field, key])),
  );
}

/** The user's own changes to annotations: what is already so is left alone. */
export function changeAnnotations(resource: Resource, options: TransformOptions): readonly Operation[] {
  const present = textsAt(resource, 'annotations');
  const traces = new Set(traceKeys(resource, 'annotations', 'KubernetesPlugin'));
  const removed = options.removeAnnotations.filter(
    (key) => Object.hasOwn(present, key) && !traces.has(key) && !isDoubledClass(resource, key),
  );
  const added = [...options.addAnnotations].filter(([key, value]) => ownValue(present, key) !== value);
  const needsParent = added.length > 0 && !isObject(resource.metadata['annotations']);
  return [
    ...removed.map((key) => removeAt(['metadata', 'annotations', key])),
    ...(needsParent ? [addAt(['metadata', 'annotations'], {})] : []),
    ...added.map(([key, value]) => addAt(['metadata', 'annotations', key], value)),
  ];
}

function traceKeys(resource: Resource, field: 'annotations' | 'labels', plugin: TracePlugin): readonly string[] {
  return tracesIn(Object.keys(textsAt(resource, field)), { field, kind: kindOf(resource), plugin });
}
