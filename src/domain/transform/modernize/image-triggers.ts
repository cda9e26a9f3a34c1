import { readOrigin, type TagOrigin } from '../../images/image-stream.ts';
import { arrayAt, stringAt, valueAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';

/** OpenShift writes the newest image of a stream's tag into containers. */
export interface ImageTrigger {
  readonly from: TagOrigin;
  /** What it wrote last; undefined when it has not yet. */
  readonly lastImage: string | undefined;
  readonly updates: (container: JsonObject, path: Path) => boolean;
}

export const triggersAnnotation = 'image.openshift.io/triggers';

/** Image triggers of a DeploymentConfig's specification, or of any other workload's annotation. */
export function readImageTriggers(resource: Resource): readonly ImageTrigger[] {
  const namespace = resource.metadata.namespace ?? '';
  return [...fromSpecification(resource, namespace), ...fromAnnotation(resource, namespace)];
}

function fromSpecification(resource: Resource, namespace: string): readonly ImageTrigger[] {
  if (kindOf(resource) !== 'DeploymentConfig.apps.openshift.io') return [];
  return arrayAt(resource, 'spec', 'triggers').flatMap((trigger) => {
    const change = valueAt(trigger, 'imageChangeParams');
    const from = readOrigin(valueAt(change, 'from'), namespace);
    if (from === undefined) return [];
    const names = arrayAt(change, 'containerNames');
    return [
      {
        from,
        lastImage: stringAt(change, 'lastTriggeredImage'),
        updates: (container: JsonObject) => names.includes(container['name']),
      },
    ];
  });
}

function fromAnnotation(resource: Resource, namespace: string): readonly ImageTrigger[] {
  return parseList(textsAt(resource, 'annotations')[triggersAnnotation] ?? '').flatMap((trigger) => {
    const from = readOrigin(valueAt(trigger, 'from'), namespace);
    const updates = readFieldPath(stringAt(trigger, 'fieldPath') ?? '');
    return from === undefined || updates === undefined
      ? []
      : [{ from, lastImage: stringAt(trigger, 'lastTriggeredImage'), updates }];
  });
}

const fieldPathPattern = /\.(containers|initContainers)\[(?:(\d+)|\?\(@\.name==["']([^"']+)["']\))\]\.image$/;

// `spec.template.spec.containers[?(@.name=="web")].image`, or with an index.
function readFieldPath(text: string): ImageTrigger['updates'] | undefined {
  const found = fieldPathPattern.exec(text);
  if (found === null) return undefined;
  const [, list, index, name] = found;
  return (container, path) =>
    path.at(-2) === list && (name === undefined ? path.at(-1) === Number(index) : container['name'] === name);
}

// OpenShift skips an annotation that is not JSON.
function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = text === '' ? [] : JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
