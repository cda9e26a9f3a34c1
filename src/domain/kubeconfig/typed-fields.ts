import { TaskError } from '../core/errors.ts';
import { isObject, ownValue, type JsonObject } from '../core/json-object.ts';

/** An object of a kubeconfig, and where it is: `users[0].user of /home/ann/.kube/config`. */
export interface Fields {
  readonly value: JsonObject;
  readonly place: string;
}

/**
 * The fields of an object, none for null. A wrong type is an error, as in kubectl: a token that is a number must not
 * become a connection without one.
 * @throws TaskError `kubeconfig-unreadable`, which names the field and not its value, as all functions below
 */
export function fieldsOf(value: unknown, place: string): Fields {
  if (value === undefined || value === null) return { value: {}, place };
  if (!isObject(value)) throw wrongType(place, 'a mapping');
  return { value, place };
}

/** The object in a field. */
export function fieldsAt(fields: Fields, key: string): Fields {
  return fieldsOf(ownValue(fields.value, key), placeOf(fields, key));
}

/** Undefined for an empty text, which means the same as no field. */
export function textAt(fields: Fields, key: string): string | undefined {
  const found = ownValue(fields.value, key) ?? '';
  if (typeof found !== 'string') throw wrongType(placeOf(fields, key), 'text (in quotes, if it looks like a number)');
  return found === '' ? undefined : found;
}

export function flagAt(fields: Fields, key: string): boolean {
  const found = ownValue(fields.value, key) ?? false;
  if (typeof found !== 'boolean') throw wrongType(placeOf(fields, key), 'true or false');
  return found;
}

/** The objects of a list. */
export function listAt(fields: Fields, key: string): readonly Fields[] {
  return itemsAt(fields, key).map((item, index) => fieldsOf(item, placeOf(fields, `${key}[${String(index)}]`)));
}

export function textsAt(fields: Fields, key: string): readonly string[] {
  return itemsAt(fields, key).map((item) => {
    if (item === null) return '';
    if (typeof item !== 'string') throw wrongType(placeOf(fields, key), 'a list of texts');
    return item;
  });
}

/** The members of an object, each read by its name. */
export function membersAt<T>(fields: Fields, key: string, read: (members: Fields, name: string) => T): [string, T][] {
  const members = fieldsAt(fields, key);
  return Object.keys(members.value).map((name) => [name, read(members, name)]);
}

function itemsAt(fields: Fields, key: string): readonly unknown[] {
  const found = ownValue(fields.value, key) ?? [];
  if (!Array.isArray(found)) throw wrongType(placeOf(fields, key), 'a list');
  return found as readonly unknown[];
}

function placeOf({ place }: Fields, key: string): string {
  const [path = '', ...file] = place.split(' of ');
  return [path === 'kubeconfig' ? key : `${path}.${key}`, ...file].join(' of ');
}

function wrongType(place: string, expected: string): TaskError {
  return new TaskError('kubeconfig-unreadable', `reading ${place}: expected ${expected}`, {
    remedy: 'Fix the kubeconfig, or give the path of another one; kubectl refuses it too.',
  });
}
