import { stringifyExactly } from '../../kube/exact-integers.ts';
import { applyPatch, replaceAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, valueAt, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { moveImageReference, replaceImageMember } from './image-object-references.ts';
import type { TransformOptions } from '../transform-options.ts';

const annotation = 'image.openshift.io/triggers';

/** Image triggers: of a DeploymentConfig, and of any workload that carries OpenShift's trigger annotation. */
export function changeImageTriggers(resource: Resource, options: TransformOptions): readonly Operation[] {
  return [...changeDeploymentConfig(resource, options), ...changeAnnotation(resource, options)];
}

function changeDeploymentConfig(resource: Resource, options: TransformOptions): readonly Operation[] {
  if (kindOf(resource) !== 'DeploymentConfig.apps.openshift.io') return [];
  return arrayAt(resource, 'spec', 'triggers').flatMap((trigger, index) => {
    const path = ['spec', 'triggers', index, 'imageChangeParams'];
    return changeTrigger({ path, trigger: valueAt(trigger, 'imageChangeParams'), resource }, options);
  });
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
