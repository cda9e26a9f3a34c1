import { arrayAt, isObject, valueAt, type JsonObject, type Path } from '../core/json-object.ts';
import type { Resource } from './resource.ts';

export interface PodSpec {
  readonly path: Path;
  readonly spec: JsonObject;
}

export interface Container {
  readonly path: Path;
  readonly container: JsonObject;
}

// Pod; every workload and many custom resources; CronJob; PodTemplate.
const places: readonly Path[] = [
  ['spec'],
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ['template', 'spec'],
];

/** Every pod specification that a resource holds, whatever its kind: what looks like one is one. */
export function podSpecsOf(resource: Resource): readonly PodSpec[] {
  return places.flatMap((path) => {
    const spec = valueAt(resource, ...path);
    return isObject(spec) && arrayAt(spec, 'containers').some(isObject) ? [{ path, spec }] : [];
  });
}

/** Regular, init and ephemeral containers of a pod specification. */
export function containersOf({ path, spec }: PodSpec): readonly Container[] {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((field) =>
    arrayAt(spec, field).flatMap((container, index) =>
      isObject(container) ? [{ path: [...path, field, index], container }] : [],
    ),
  );
}
