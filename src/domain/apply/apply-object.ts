import { arrayAt, isObject, stringAt, type JsonObject, ownValue } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

// What only the server writes; managedFields is refused in an apply, a foreign resourceVersion or uid is a conflict.
const serverFields = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'selfLink'];

/**
 * A resource as it is sent: without the server's metadata and without status, in the namespace given. Subjects of a
 * RoleBinding that are in the resource's former namespace, or name none, move along.
 * @param namespace empty: the resource's own, or none
 */
export function prepareObject(resource: Resource, namespace: string): Resource {
  const rest = without(resource, ['status']);
  const metadata = without(resource.metadata, serverFields);
  const own = resource.metadata.namespace ?? '';
  const target = namespace === '' ? own : namespace;
  const placed = { ...metadata, name: resource.metadata.name, ...(target === '' ? {} : { namespace: target }) };
  return {
    ...rest,
    ...movedSubjects(resource, own, target),
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: placed,
  };
}

function movedSubjects(resource: Resource, own: string, target: string): { readonly subjects?: readonly unknown[] } {
  if (resource.kind !== 'RoleBinding' || target === '' || !Array.isArray(resource['subjects'])) return {};
  const subjects = arrayAt(resource, 'subjects').map((subject) => {
    if (!isObject(subject) || subject['kind'] !== 'ServiceAccount') return subject;
    const namespace = stringAt(subject, 'namespace') ?? '';
    return namespace === '' || namespace === own ? { ...subject, namespace: target } : subject;
  });
  return { subjects };
}

/**
 * Whether everything that is wanted is already there; members that only the other side has do not count. A null wanted
 * is the same as nothing.
 */
export function isCovered(wanted: unknown, present: unknown): boolean {
  if (wanted === null || wanted === undefined) return present === null || present === undefined;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(present) &&
      wanted.length === present.length &&
      wanted.every((item, index) => isCovered(item, present[index]))
    );
  }
  if (!isObject(wanted)) return wanted === present;
  return isObject(present) && Object.entries(wanted).every(([key, value]) => isCovered(value, ownValue(present, key)));
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !names.includes(key)));
}

/**
 * What is there with what is wanted laid over it, for APIs without server-side apply. Lists whose items have names are
 * merged by name, other lists are replaced.
 */
export function overlay(present: unknown, wanted: unknown): unknown {
  if (isObject(present) && isObject(wanted)) {
    const merged = Object.entries(wanted).map(([key, value]) => [key, overlay(ownValue(present, key), value)]);
    return { ...present, ...Object.fromEntries(merged) };
  }
  if (!isNamedList(present) || !isNamedList(wanted)) return wanted;
  const kept = present.filter((item) => !wanted.some((other) => other.name === item.name));
  return [
    ...kept,
    ...wanted.map((item) =>
      overlay(
        present.find((other) => other.name === item.name),
        item,
      ),
    ),
  ];
}

function isNamedList(value: unknown): value is readonly { readonly name: string }[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => stringAt(item, 'name') !== undefined);
}
