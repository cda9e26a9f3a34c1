import { TaskError } from '../../core/errors.ts';
import { isObject, type JsonObject, ownValue } from '../../core/json-object.ts';

/** How kustomize treats a text that can name a file. */
export type PathRole =
  /** A file, as `path` of a patch. */
  | 'file'
  /** A file, or `key=file`. */
  | 'keyed-file'
  /** A file with manifests, or the folder of a kustomization. */
  | 'resource'
  /** The folder of a component. */
  | 'component'
  /** The configuration of a generator, transformer or validator: its YAML, a file, or a folder. */
  | 'plugin'
  /** A file or folder with such configurations. */
  | 'plugin-file'
  /** A file with a patch, or the YAML of the patch. */
  | 'patch';

/** What a place in a file may hold. Null is allowed everywhere: kustomize reads it as absent. */
export type Shape =
  /** A string, number or boolean. */
  | 'scalar'
  | { readonly list: Shape }
  /** A map with any keys and scalar values. */
  | 'labels'
  | { readonly fields: Fields }
  | { readonly path: PathRole };

export type Fields = Readonly<Record<string, Shape>>;

/** Checks a text that can name a file, and returns the text that takes its place. Throws TaskError. */
export type VisitPath = (text: string, role: PathRole) => string;

interface Check {
  /** File that holds the value. */
  readonly file: string;
  readonly visitPath: VisitPath;
}

/**
 * Checks that an object has known fields only, spelled exactly, with values of the expected shape, at all levels. The
 * check is needed because kustomize itself ignores the case of fields, and unknown fields of plugin configurations.
 * @returns the object with the texts that `visitPath` returned
 * @throws TaskError `invalid-file` that names the file and the field
 */
export function checkFields(value: unknown, fields: Fields, check: Check): JsonObject {
  if (!isObject(value)) throw invalidField(check.file, '', 'expected a map');
  return checkMap(value, { fields, at: '' }, check);
}

function checkMap(
  value: JsonObject,
  { fields, at }: { readonly fields: Fields; readonly at: string },
  check: Check,
): JsonObject {
  const entries = Object.entries(value).map(([key, entry]) => {
    const place = at === '' ? key : `${at}.${key}`;
    const shape = ownValue(fields, key);
    if (shape === undefined) throw invalidField(check.file, place, 'the field is unknown or not allowed');
    return [key, checkShape(entry, { shape, at: place }, check)];
  });
  return Object.fromEntries(entries) as JsonObject;
}

function checkShape(
  value: unknown,
  { shape, at }: { readonly shape: Shape; readonly at: string },
  check: Check,
): unknown {
  if (value === null) return null;
  if (shape === 'scalar') {
    if (typeof value === 'object') throw invalidField(check.file, at, 'expected a string, a number or a boolean');
    return value;
  }
  if (shape === 'labels') {
    if (!isObject(value)) throw invalidField(check.file, at, 'expected a map');
    if (!Object.values(value).some((entry) => typeof entry === 'object')) return value;
    throw invalidField(check.file, at, 'expected strings as values');
  }
  if ('path' in shape) {
    if (typeof value !== 'string') throw invalidField(check.file, at, 'expected a string');
    return check.visitPath(value, shape.path);
  }
  if ('list' in shape) {
    if (!Array.isArray(value)) throw invalidField(check.file, at, 'expected a list');
    return value.map((entry, index) => checkShape(entry, { shape: shape.list, at: `${at}[${String(index)}]` }, check));
  }
  if (!isObject(value)) throw invalidField(check.file, at, 'expected a map');
  return checkMap(value, { fields: shape.fields, at }, check);
}

function invalidField(file: string, at: string, why: string): TaskError {
  const place = at === '' ? '' : `${JSON.stringify(at)}: `;
  return new TaskError('invalid-file', `reading ${file}: ${place}${why}`, {
    remedy:
      'Use only fields of a kustomization, spelled exactly. Helm charts, functions and plugins that are not built in are not ' +
      'supported: build them before, and add their manifests to the folder.',
  });
}
