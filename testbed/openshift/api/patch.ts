import { isDeepStrictEqual } from 'node:util';
import { ApiError } from './api-error.ts';
import { isObject, stringAt, type Json, type JsonObject } from '../json.ts';

/** Content types of the patches that this server takes. */
export const applyType = 'application/apply-patch+yaml';

/**
 * A patched copy of an object. Server-side apply and strategic merge are a merge patch whose `tags` lists merge by name: enough
 * for one field manager. Throws ApiError 415 or 422.
 */
export function patchObject(current: JsonObject, patch: unknown, contentType: string): JsonObject {
  const copy = structuredClone(current);
  switch (contentType) {
    case 'application/json-patch+json':
      if (!Array.isArray(patch)) throw new ApiError('BadRequest', 'a JSON patch must be a list of operations');
      return patch.reduce<JsonObject>(applyOperation, copy);
    case 'application/merge-patch+json':
      return mergeObject(copy, objectPatch(patch), { listsByName: false });
    case 'application/strategic-merge-patch+json':
    case applyType:
      return mergeObject(copy, objectPatch(patch), { listsByName: true });
    default:
      throw new ApiError(
        'UnsupportedMediaType',
        `the body of the request was in an unknown format - ${contentType} is not a patch`,
      );
  }
}

function objectPatch(patch: unknown): JsonObject {
  if (!isObject(patch)) throw new ApiError('BadRequest', 'the patch must be an object');
  return patch;
}

/** RFC 7386. */
function mergeObject(target: JsonObject, patch: JsonObject, options: { listsByName: boolean }): JsonObject {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) merged.delete(key);
    else merged.set(key, mergeValue(merged.get(key), value, { ...options, isTags: key === 'tags' }));
  }
  return Object.fromEntries(merged);
}

function mergeValue(target: Json | undefined, patch: Json, options: { listsByName: boolean; isTags: boolean }): Json {
  if (isObject(patch)) return mergeObject(isObject(target) ? target : {}, patch, options);
  if (options.listsByName && options.isTags && Array.isArray(patch))
    return mergeNamed(Array.isArray(target) ? target : [], patch, options);
  return patch;
}

function mergeNamed(target: readonly Json[], patch: readonly Json[], options: { listsByName: boolean }): Json[] {
  const merged = new Map(target.map((item) => [stringAt(item, 'name'), item]));
  for (const item of patch) {
    const before = merged.get(stringAt(item, 'name'));
    merged.set(stringAt(item, 'name'), isObject(item) && isObject(before) ? mergeObject(before, item, options) : item);
  }
  return [...merged.values()];
}

/** One operation of RFC 6902. */
function applyOperation(document: JsonObject, operation: Json): JsonObject {
  const op = stringAt(operation, 'op') ?? '';
  const path = pointer(operation, 'path');
  const value = isObject(operation) ? operation['value'] : undefined;
  const set = (from: JsonObject, next: Json | undefined, replace: boolean): JsonObject => {
    if (next === undefined) throw new ApiError('BadRequest', `the JSON patch operation ${op} needs a value`);
    return asDocument(edit(from, path, { action: replace ? 'replace' : 'add', value: next }));
  };
  switch (op) {
    case 'add':
    case 'replace':
      return set(document, value, op === 'replace');
    case 'remove':
      return asDocument(edit(document, path, { action: 'remove' }));
    case 'copy':
      return set(document, find(document, pointer(operation, 'from')), false);
    case 'move': {
      const from = pointer(operation, 'from');
      return set(asDocument(edit(document, from, { action: 'remove' })), find(document, from), false);
    }
    case 'test':
      if (!isDeepStrictEqual(find(document, path), value))
        throw new ApiError(
          'Invalid',
          `the server rejected our request due to an error in our request: testing path /${path.join('/')} failed`,
        );
      return document;
    default:
      throw new ApiError('BadRequest', `unknown JSON patch operation "${op}"`);
  }
}

type Edit = { readonly action: 'add' | 'replace'; readonly value: Json } | { readonly action: 'remove' };

function edit(node: Json | undefined, path: readonly string[], change: Edit): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change.action === 'remove' ? {} : change.value;
  const isLeaf = rest.length === 0;
  if (Array.isArray(node)) {
    const index = key === '-' ? node.length : Number(key);
    const limit = change.action === 'add' && isLeaf ? node.length : node.length - 1;
    if (!Number.isInteger(index) || index < 0 || index > limit) throw missing(path);
    if (!isLeaf) return node.with(index, edit(node[index], rest, change));
    if (change.action === 'remove') return node.toSpliced(index, 1);
    return node.toSpliced(index, change.action === 'replace' ? 1 : 0, change.value);
  }
  if (!isObject(node) || (node[key] === undefined && (change.action !== 'add' || !isLeaf))) throw missing(path);
  const members = new Map(Object.entries(node));
  if (!isLeaf) members.set(key, edit(node[key], rest, change));
  else if (change.action === 'remove') members.delete(key);
  else members.set(key, change.value);
  return Object.fromEntries(members);
}

function find(node: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((current, key) => {
    if (Array.isArray(current)) return current[Number(key)];
    return isObject(current) ? current[key] : undefined;
  }, node);
}

/** RFC 6901. */
function pointer(operation: Json, member: string): string[] {
  const text = stringAt(operation, member) ?? '';
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function asDocument(value: Json): JsonObject {
  if (!isObject(value)) throw new ApiError('Invalid', 'the patched object is not an object');
  return value;
}

function missing(path: readonly string[]): ApiError {
  return new ApiError(
    'Invalid',
    `the server rejected our request due to an error in our request: path /${path.join('/')} does not exist`,
  );
}
