import { isObject, ownValue, stringAt, type JsonObject } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';

/** Kubernetes nests a few dozen levels at most. */
const deepest = 1000;

/** A name of a file that is a manifest whatever it holds. */
const manifestName = /\.(?:ya?ml|json)$/i;

export function isManifestName(path: string): boolean {
  return manifestName.test(path);
}

/**
 * The first Secret in a parsed document whose values anyone could read: `v1 Secret login`; undefined for none. It is
 * looked for at every depth, since Lists hold Lists, Templates hold objects, and annotations hold what was applied last.
 */
export function findPlainSecret(value: unknown, depth = 0): string | undefined {
  if (depth > deepest) return 'a value that is nested too deeply to be searched';
  if (typeof value === 'string')
    return value.trimStart().startsWith('{') ? findPlainSecret(parseJson(value), depth + 1) : undefined;
  if (Array.isArray(value)) return firstOf(value, depth);
  if (!isObject(value)) return undefined;
  return nameOfSecret(value) ?? nameOfGenerator(value) ?? firstOf(Object.values(value), depth);
}

function firstOf(values: readonly unknown[], depth: number): string | undefined {
  for (const each of values) {
    const found = findPlainSecret(each, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOfSecret(value: JsonObject): string | undefined {
  if (ownValue(value, 'kind') !== 'Secret' || !['data', 'stringData'].some((field) => isFilled(value, field))) {
    return undefined;
  }
  const name = stringAt(value, 'metadata', 'name') ?? stringAt(value, 'metadata', 'generateName');
  return `v1 Secret ${name ?? 'without a name'}`;
}

/** kustomize makes Secrets of texts in the file, and of files beside it. */
function nameOfGenerator(value: JsonObject): string | undefined {
  const generators = ownValue(value, 'secretGenerator');
  if (!Array.isArray(generators) || generators.length === 0) return undefined;
  return `the secretGenerator ${stringAt(generators, 0, 'name') ?? 'without a name'}`;
}

function isFilled(value: JsonObject, field: string): boolean {
  const found = ownValue(value, field);
  return isObject(found) && Object.keys(found).length > 0;
}
