import { isObject, ownValue, stringAt, type JsonObject } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';
import { decodeBase64 } from '../core/redaction/secret-forms.ts';

/** Kubernetes nests a few dozen levels at most. */
const deepest = 1000;

/** A name of a file that is a manifest whatever it holds. */
const manifestName = /\.(?:ya?ml|json)$/i;

export function isManifestName(path: string): boolean {
  return manifestName.test(path);
}

/** What one of these holds cannot be read here. */
const packedManifestName = /\.(?:ya?ml|json)\.(?:bz2|gz|xz|zst)$/i;

export function isPackedManifestName(path: string): boolean {
  return packedManifestName.test(path);
}

/** The documents in a text; none when it has no form that is known. */
export type ParseText = (text: string) => readonly unknown[];

/** Only such a text with lines is parsed as YAML. */
const mentionsSecret = /secret/i;
const mayBeBase64 = /^[\w+/\s-]{30,}={0,2}\s?$/;

/**
 * The first Secret in a parsed document whose values anyone could read: `v1 Secret login`; undefined for none. It is
 * looked for at every depth, since Lists hold Lists, Templates hold objects, annotations hold what was applied last, and
 * ConfigMaps hold manifests as JSON, YAML or base64.
 */
export function findPlainSecret(value: unknown, parse: ParseText = parseNothing, depth = 0): string | undefined {
  if (depth > deepest) return 'a value that is nested too deeply to be searched';
  const search = (each: unknown): string | undefined => findPlainSecret(each, parse, depth + 1);
  if (typeof value === 'string') return firstOf(documentsIn(value, parse), search);
  if (Array.isArray(value)) return firstOf(value, search);
  if (!isObject(value)) return undefined;
  return nameOfSecret(value) ?? nameOfListed(value) ?? nameOfGenerator(value) ?? firstOf(Object.values(value), search);
}

/**
 * The text of a file whose bytes were read as UTF-8 although they may be UTF-16, which readers of YAML know by its first
 * two bytes. Only ASCII characters are kept of such a file.
 */
export function fromWideText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '').replace(/^\ufffd+/, '') : text;
}

/** Parts of a file that is not one YAML stream: documents between broken ones, and lines of JSON. */
export function partsOf(text: string): readonly string[] {
  const documents = text.split(/^---(?:[ \t].*)?$/m);
  return [...documents, ...text.split('\n').filter((line) => /^\s*[[{]/.test(line))];
}

function parseNothing(): readonly unknown[] {
  return [];
}

function documentsIn(text: string, parse: ParseText): readonly unknown[] {
  const plain = text.replace(/^\ufeff/, '');
  const json = /^\s*[[{]/.test(plain) ? parseJson(plain) : undefined;
  if (json !== undefined) return [json];
  const decoded = mayBeBase64.test(plain) ? decodeBase64(plain.replaceAll(/\s/g, '')) : undefined;
  if (decoded !== undefined) return [decoded];
  return plain.includes('\n') && mentionsSecret.test(plain) ? parse(plain).filter((document) => document !== text) : [];
}

function firstOf(values: readonly unknown[], search: (value: unknown) => string | undefined): string | undefined {
  for (const each of values) {
    const found = search(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOfSecret(value: JsonObject): string | undefined {
  return ownValue(value, 'kind') === 'Secret' ? nameOfFilled(value) : undefined;
}

/** Items of a list need not repeat its kind. */
function nameOfListed(value: JsonObject): string | undefined {
  const items = ownValue(value, 'kind') === 'SecretList' ? ownValue(value, 'items') : undefined;
  if (!Array.isArray(items)) return undefined;
  return firstOf(items, (item) => (isObject(item) ? nameOfFilled(item) : undefined));
}

function nameOfFilled(value: JsonObject): string | undefined {
  if (!['data', 'stringData'].some((field) => isFilled(value, field))) return undefined;
  const name = stringAt(value, 'metadata', 'name') ?? stringAt(value, 'metadata', 'generateName');
  return `v1 Secret ${name ?? 'without a name'}`;
}

/** kustomize makes Secrets of texts in the file, and of files beside it. It ignores the case of its fields. */
function nameOfGenerator(value: JsonObject): string | undefined {
  if (ownValue(value, 'kind') === 'SecretGenerator')
    return `the SecretGenerator ${stringAt(value, 'metadata', 'name') ?? 'without a name'}`;
  const field = Object.keys(value).find((key) => key.toLowerCase() === 'secretgenerator');
  const generators = field === undefined ? undefined : ownValue(value, field);
  if (!Array.isArray(generators) || generators.length === 0) return undefined;
  return `the secretGenerator ${stringAt(generators, 0, 'name') ?? 'without a name'}`;
}

function isFilled(value: JsonObject, field: string): boolean {
  const found = ownValue(value, field);
  return isObject(found) && Object.keys(found).length > 0;
}
