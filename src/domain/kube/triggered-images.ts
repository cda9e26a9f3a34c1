import {
  arrayAt,
  isObject,
  stringAt,
  valueAt,
  type JsonObject,
  changeObject,
  without,
  ownValue,
} from '../core/json-object.ts';
import type { Resource } from './resource.ts';

const imageTriggers = 'image.openshift.io/triggers';

/**
 * The parts of a resource without what OpenShift's triggers write into them: the image they saw last, and the images of
 * the containers that they are for. Empty when it has no triggers.
 */
export function withoutTriggered(resource: Resource): JsonObject {
  const triggers = arrayAt(resource, 'spec', 'triggers');
  const annotated = stringAt(resource.metadata, 'annotations', imageTriggers) ?? '';
  const containers = [
    ...triggers.flatMap((trigger) => arrayAt(trigger, 'imageChangeParams', 'containerNames')),
    ...[...annotated.matchAll(/@\.name\s*==\s*\\?["']([^"'\\]+)/g)].map(([, name]) => name),
  ];
  if (triggers.length === 0 && containers.length === 0) return {};
  const spec = changeObject(resource['spec'], (found) => ({
    ...found,
    ...(triggers.length === 0 ? {} : { triggers: triggers.map(forgetLast) }),
    ...(containers.length === 0 ? {} : { template: withoutImages(found['template'], containers) }),
  }));
  return { spec };
}

function forgetLast(trigger: unknown): unknown {
  return changeObject(trigger, (found) => ({
    ...found,
    ...(isObject(found['imageChangeParams'])
      ? { imageChangeParams: without(found['imageChangeParams'], (key) => key === 'lastTriggeredImage') }
      : {}),
    ...(isObject(found['imageChange'])
      ? { imageChange: without(found['imageChange'], (key) => key === 'lastTriggeredImageID') }
      : {}),
  }));
}

function withoutImages(template: unknown, names: readonly unknown[]): unknown {
  return changeObject(template, (found) => ({
    ...found,
    spec: changeObject(found['spec'], (spec) => {
      const lists = ['containers', 'initContainers'].filter((list) => Array.isArray(ownValue(spec, list)));
      const changed = lists.map(
        (list) => [list, arrayAt(spec, list).map((each) => withoutImage(each, names))] as const,
      );
      return { ...spec, ...Object.fromEntries(changed) };
    }),
  }));
}

function withoutImage(container: unknown, names: readonly unknown[]): unknown {
  if (!names.includes(valueAt(container, 'name'))) return container;
  return changeObject(container, (found) => without(found, (key) => key === 'image'));
}
