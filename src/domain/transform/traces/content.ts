import { applyPatch, removeAt } from '../../kube/json-patch.ts';
import {
  arrayAt,
  isObject,
  stringAt,
  type JsonObject,
  changeObject,
  without,
  ownValue,
  valueAt,
} from '../../core/json-object.ts';
import { keyOf, type Metadata, type Resource, kindOf } from '../../kube/resource.ts';
import { isHostOfRouter } from '../../kube/route-host.ts';
import { injectedFields, isControllerFinalizer, isTrace } from './trace-lookup.ts';

const serverFields: readonly string[] = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
];
const filtered: readonly string[] = ['annotations', 'labels', 'finalizers'];

const generatedSecret = /-(?:dockercfg|token)-[a-z0-9]{5}$/;

/** Fields that servers write later, by kind; `*`: each item. A push replaces what a tag shows of its image. */
const serverWritten: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'PersistentVolumeClaim.': [['spec', 'volumeName']],
  'Namespace.': [['spec']],
  'ImageStream.image.openshift.io': [['spec', 'tags', '*', 'generation']],
  'ImageStreamTag.image.openshift.io': [['image'], ['generation'], ['conditions'], ['tag', 'generation']],
};

/**
 * What a resource says to its owner: without status, the server's metadata, what the table of controllers names,
 * bindings of claims, pull secrets that OpenShift adds and images that its triggers set.
 */
export function contentOf(resource: Resource): Resource {
  const written = withoutInjected(resource);
  const owned = withoutServerWritten(written);
  const rest = without(
    { ...owned, ...contentOfKind(written), status: undefined },
    (_key, value) => value === undefined,
  );
  return {
    ...rest,
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: contentOfMetadata(resource.metadata, kindOf(resource)),
  };
}

/** Without the fields that a controller writes because the object asks for it, such as an injected CA bundle. */
function withoutInjected(resource: Resource): Resource {
  return injectedFields(resource).reduce<Resource>((left, path) => {
    const [member, rest] = [String(path[0]), path.slice(1)];
    return {
      ...left,
      [member]: rest.length === 0 ? undefined : applyPatch(ownValue(left, member), [removeAt(rest)], 'crane'),
    };
  }, resource);
}

function contentOfMetadata(metadata: Metadata, kind: string): Metadata {
  const [annotations, labels] = (['annotations', 'labels'] as const).map((field) => {
    const texts = metadata[field];
    return isObject(texts) ? without(texts, (key) => isTrace(field, key, kind)) : {};
  });
  const kept = arrayAt(metadata, 'finalizers').filter((name) => !isControllerFinalizer(name, kind));
  return {
    ...without(metadata, (key) => serverFields.includes(key) || filtered.includes(key)),
    name: metadata.name,
    ...filled('annotations', annotations),
    ...filled('labels', labels),
    ...(kept.length > 0 ? { finalizers: kept } : {}),
  };
}

function filled(field: string, texts: JsonObject | undefined): JsonObject {
  return texts !== undefined && Object.keys(texts).length > 0 ? { [field]: texts } : {};
}

function contentOfKind(resource: Resource): JsonObject {
  const { group, kind } = keyOf(resource);
  switch (`${kind}.${group}`) {
    case 'ServiceAccount.':
      return { secrets: ownSecrets(resource, 'secrets'), imagePullSecrets: ownSecrets(resource, 'imagePullSecrets') };
    case 'Route.route.openshift.io':
      return isHostOfRouter(resource) ? { spec: changeObject(resource['spec'], withoutHost) } : {};
    default:
      return withoutTriggered(resource);
  }
}

function withoutServerWritten(resource: Resource): JsonObject {
  const { group, kind } = keyOf(resource);
  return (ownValue(serverWritten, `${kind}.${group}`) ?? []).reduce<JsonObject>(dropField, resource);
}

function dropField(object: JsonObject, [field = '', ...rest]: readonly string[]): JsonObject {
  if (rest.length === 0) return without(object, (key) => key === field);
  if (!Object.hasOwn(object, field)) return object;
  return { ...object, [field]: dropBelow(ownValue(object, field), rest) };
}

function dropBelow(value: unknown, path: readonly string[]): unknown {
  if (path[0] !== '*') return changeObject(value, (found) => dropField(found, path));
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) => changeObject(item, (found) => dropField(found, path.slice(1))));
}

function withoutHost(spec: JsonObject): JsonObject {
  return without(spec, (key) => key === 'host');
}

function ownSecrets(account: Resource, list: string): readonly unknown[] | undefined {
  const own = arrayAt(account, list).filter((entry) => !generatedSecret.test(stringAt(entry, 'name') ?? ''));
  return own.length > 0 ? own : undefined;
}

const imageTriggers = 'image.openshift.io/triggers';

/** The parts into which OpenShift's triggers write, without the images that they wrote. Empty without triggers. */
function withoutTriggered(resource: Resource): JsonObject {
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
