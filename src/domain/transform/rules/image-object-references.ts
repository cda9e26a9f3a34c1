import { removeAt, replaceAt, type Operation, applyPatch } from '../../kube/json-patch.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { stringAt, type Path, arrayAt, valueAt } from '../../core/json-object.ts';
import type { TransformOptions } from '../transform-options.ts';
import { stringifyExactly } from '../../kube/exact-integers.ts';
import { keyOf, type Resource, kindOf, textsAt } from '../../kube/resource.ts';

/** An ObjectReference to an image, with the namespace of the resource that holds it. */
interface ImageObjectReference {
  readonly path: Path;
  readonly reference: unknown;
  readonly ownNamespace: string;
}

/**
 * Changes a reference of OpenShift's kinds: a DockerImage by registry-replacement; an ImageStreamTag or
 * ImageStreamImage to the namespace that its own moves to. A reference into the resource's own namespace, whose new
 * name is not known, loses the namespace: absent means the namespace of the resource.
 */
export function moveImageReference(
  { path, reference, ownNamespace }: ImageObjectReference,
  options: TransformOptions,
): readonly Operation[] {
  const name = stringAt(reference, 'name');
  switch (stringAt(reference, 'kind')) {
    case 'DockerImage':
      return name === undefined ? [] : replaceText([...path, 'name'], name, options);
    case 'ImageStreamTag':
    case 'ImageStreamImage':
    case 'ImageStream':
      return moveNamespace([...path, 'namespace'], stringAt(reference, 'namespace'), { ownNamespace, options });
    case undefined:
    default:
      return [];
  }
}

/** A member that holds an image name, with registry-replacement applied. */
export function replaceImageMember(
  path: Path,
  holder: unknown,
  { field, options }: { field: string; options: TransformOptions },
): readonly Operation[] {
  const image = stringAt(holder, field);
  return image === undefined ? [] : replaceText([...path, field], image, options);
}

function replaceText(path: Path, image: string, { registryReplacement }: TransformOptions): readonly Operation[] {
  const replaced = replaceRegistry(image, registryReplacement);
  return replaced === image ? [] : [replaceAt(path, replaced)];
}

function moveNamespace(
  path: Path,
  namespace: string | undefined,
  { ownNamespace, options }: { ownNamespace: string; options: TransformOptions },
): readonly Operation[] {
  if (namespace === undefined || namespace === '') return [];
  const destination = options.namespaceMoves.get(namespace);
  if (destination !== undefined) return destination === namespace ? [] : [replaceAt(path, destination)];
  return namespace === ownNamespace ? [removeAt(path)] : [];
}

const annotation = 'image.openshift.io/triggers';

/** Image triggers: of a DeploymentConfig, and of any workload that carries OpenShift's trigger annotation. */
export function changeImageTriggers(resource: Resource, options: TransformOptions): readonly Operation[] {
  return [...changeDeploymentConfig(resource, options), ...changeAnnotation(resource, options)];
}

function changeDeploymentConfig(resource: Resource, options: TransformOptions): readonly Operation[] {
  if (kindOf(resource) !== 'DeploymentConfig.apps.openshift.io') return [];
  const triggers = arrayAt(resource, 'spec', 'triggers').flatMap((trigger, index) => {
    const path = ['spec', 'triggers', index, 'imageChangeParams'];
    return changeTrigger({ path, trigger: valueAt(trigger, 'imageChangeParams'), resource }, options);
  });
  return [...triggers, ...changeStrategy(resource, options)];
}

const hooks = ['recreateParams', 'rollingParams'].flatMap((params) =>
  ['pre', 'mid', 'post'].map((hook) => ['spec', 'strategy', params, hook, 'tagImages']),
);

/** The image of a custom strategy, and the tags that hooks set after a deployment (apps.openshift.io/v1, LifecycleHook). */
function changeStrategy(resource: Resource, options: TransformOptions): readonly Operation[] {
  const { namespace: ownNamespace } = keyOf(resource);
  const custom = ['spec', 'strategy', 'customParams'];
  return [
    ...replaceImageMember(custom, valueAt(resource, ...custom), { field: 'image', options }),
    ...hooks.flatMap((path) =>
      arrayAt(resource, ...path).flatMap((each, index) =>
        moveImageReference({ path: [...path, index, 'to'], reference: valueAt(each, 'to'), ownNamespace }, options),
      ),
    ),
  ];
}

// The annotation holds a JSON array of triggers as text: it is changed as JSON and written back whole.
function changeAnnotation(resource: Resource, options: TransformOptions): readonly Operation[] {
  const text = textsAt(resource, 'annotations')[annotation];
  const triggers = parseTriggers(text);
  const patches = triggers.flatMap((trigger, index) => changeTrigger({ path: [index], trigger, resource }, options));
  if (patches.length === 0) return [];
  return [
    replaceAt(['metadata', 'annotations', annotation], stringifyExactly(applyPatch(triggers, patches, 'strict'))),
  ];
}

interface Trigger {
  readonly path: Path;
  readonly trigger: unknown;
  readonly resource: Resource;
}

function changeTrigger({ path, trigger, resource }: Trigger, options: TransformOptions): readonly Operation[] {
  const ownNamespace = resource.metadata.namespace ?? '';
  return [
    ...moveImageReference({ path: [...path, 'from'], reference: valueAt(trigger, 'from'), ownNamespace }, options),
    ...replaceImageMember(path, trigger, { field: 'lastTriggeredImage', options }),
  ];
}

function parseTriggers(text: string | undefined): readonly unknown[] {
  try {
    const value: unknown = text === undefined ? [] : JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    // OpenShift ignores an annotation that is not JSON, and so it travels as it is.
    return [];
  }
}
