import { ownValue, arrayAt, isObject, stringAt, without } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

// What only the server writes; managedFields is refused in an apply, a foreign resourceVersion or uid is a conflict.
const serverFields = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'selfLink'];

/**
 * A resource as it is sent: without the server's metadata and without status, in the namespace given. Subjects of a
 * RoleBinding that are in the resource's former namespace, or name none, move along.
 * @param namespace empty: the resource's own, or none
 */
export function prepareObject(resource: Resource, namespace: string): Resource {
  const { apiVersion, kind } = resource;
  const { name, namespace: own = '' } = resource.metadata;
  const target = namespace === '' ? own : namespace;
  const rest = without(resource.metadata, (key) => serverFields.includes(key));
  const metadata = { ...rest, name, ...(target === '' ? {} : { namespace: target }) };
  const content = without(resource, (key) => key === 'status');
  return { ...content, ...movedSubjects(resource, own, target), apiVersion, kind, metadata };
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

/** Whether all that is wanted is there; more may be there. A null wanted is the same as nothing. */
export function isCovered(wanted: unknown, present: unknown): boolean {
  if (wanted === null || wanted === undefined) return present === null || present === undefined;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(present) || wanted.length !== present.length) return false;
    return wanted.every((item, index) => isCovered(item, present[index]));
  }
  if (!isObject(wanted)) return wanted === present;
  return isObject(present) && Object.entries(wanted).every(([key, value]) => isCovered(value, ownValue(present, key)));
}

/** Lays the wanted over the present, for APIs without server-side apply. Lists are merged by `name`, or replaced. */
export function overlay(present: unknown, wanted: unknown): unknown {
  if (isObject(present) && isObject(wanted)) {
    const merged = Object.entries(wanted).map(([key, value]) => [key, overlay(ownValue(present, key), value)]);
    return { ...present, ...Object.fromEntries(merged) };
  }
  if (!isNamedList(present) || !isNamedList(wanted)) return wanted;
  const kept = present.filter(({ name }) => !wanted.some((other) => other.name === name));
  const partnerOf = (name: string): unknown => present.find((other) => other.name === name);
  return [...kept, ...wanted.map((item) => overlay(partnerOf(item.name), item))];
}

function isNamedList(value: unknown): value is readonly { readonly name: string }[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => stringAt(item, 'name') !== undefined);
}
