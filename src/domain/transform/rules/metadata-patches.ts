import { addAt, removeAt, type Operation, removeItems, removeMembers } from '../../kube/json-patch.ts';
import { arrayAt, isObject, ownValue, stringAt } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
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
  const wanted = [...pauseOf(resource, options), ...options.addAnnotations];
  const added = [...new Map(wanted)].filter(([key, value]) => ownValue(present, key) !== value);
  const needsParent = added.length > 0 && !isObject(resource.metadata['annotations']);
  return [
    ...removed.map((key) => removeAt(['metadata', 'annotations', key])),
    ...(needsParent ? [addAt(['metadata', 'annotations'], {})] : []),
    ...added.map(([key, value]) => addAt(['metadata', 'annotations', key], value)),
  ];
}

/** OpenShift makes no build of a BuildConfig with this annotation: openshift/api build/v1/consts.go BuildConfigPausedAnnotation. */
function pauseOf(resource: Resource, { pauseBuilds }: TransformOptions): readonly (readonly [string, string])[] {
  const isPaused = pauseBuilds && kindOf(resource) === 'BuildConfig.build.openshift.io';
  return isPaused ? [['openshift.io/build-config.paused', 'true']] : [];
}

function traceKeys(resource: Resource, field: 'annotations' | 'labels', plugin: TracePlugin): readonly string[] {
  return tracesIn(Object.keys(textsAt(resource, field)), { field, kind: kindOf(resource), plugin });
}

const classAnnotation = 'kubernetes.io/ingress.class';

/**
 * Removes the deprecated annotation of an Ingress that has a class in its specification too. The API server takes both
 * only from objects that had them before: `can not be set when the class field is also set` (kubernetes/kubernetes
 * pkg/apis/networking/validation/validation.go ValidateIngressCreate).
 */
export function cleanIngress(ingress: Resource): readonly Operation[] {
  return classesOf(ingress) === undefined ? [] : [removeAt(['metadata', 'annotations', classAnnotation])];
}

/** Whether this annotation is removed because the specification of the Ingress has a class too. */
function isDoubledClass(ingress: Resource, key: string): boolean {
  return key === classAnnotation && classesOf(ingress) !== undefined;
}

/** Reports the class that was dropped: the one in the specification decides. */
export function noteIngress(ingress: Resource): readonly string[] {
  const classes = classesOf(ingress);
  if (classes === undefined) return [];
  const { annotated, specified } = classes;
  return [
    `its annotation ${classAnnotation} (${annotated}) is removed: spec.ingressClassName (${specified}) decides, and an API server refuses both`,
  ];
}

/** Both classes of an Ingress that has two; undefined for others. */
function classesOf(ingress: Resource): { readonly annotated: string; readonly specified: string } | undefined {
  if (!/^Ingress\.(?:networking\.k8s\.io|extensions)$/.test(kindOf(ingress))) return undefined;
  const annotated = stringAt(ingress.metadata, 'annotations', classAnnotation);
  const specified = stringAt(ingress, 'spec', 'ingressClassName');
  return annotated === undefined || specified === undefined ? undefined : { annotated, specified };
}
