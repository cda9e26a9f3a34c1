import { messageOf, TaskError } from '../core/errors.ts';
import { Redactor, type Secret } from '../core/secret.ts';
import { describeResource, type Resource } from '../kube/resource.ts';
import { isObject, ownValue, stringAt, without, type JsonObject } from '../core/json-object.ts';
import { fromBase64 } from '../core/redaction/secret-forms.ts';

/**
 * A sealed Secret is a v1 Secret whose values only the owner of its key can read. In the place of `data` it has
 *
 * - `sealedData`: each value encrypted with a data key, as base64;
 * - `sealedKey`: the data key as the base64 of an age file (https://age-encryption.org/v1);
 * - `sealedFor`: the recipient of that file;
 * - `sealedAs`: `namespace/name` at the export. It is authenticated with each value, and so is the value's key.
 *
 * Older exports have neither `sealedKey` nor `sealedAs`: each of their values is an age file.
 * No API server knows these fields, so a plain kubectl refuses it instead of applying rubbish.
 */
const sealedData = 'sealedData';
const sealedKey = 'sealedKey';
const sealedFor = 'sealedFor';
const sealedAs = 'sealedAs';
/** The members that a sealed Secret has in the place of `data`. */
export const sealedFields: ReadonlySet<string> = new Set([sealedData, sealedKey, sealedFor, sealedAs]);

/** Name of the Secret with the key of the runs in their namespace: keys `identity` and `recipient`. */
export const sealingSecretName = 'crane-tasks-sealing-key';

/** An age key: the recipient is enough to seal, and only the identity unseals. */
export interface SealingKey {
  /** `AGE-SECRET-KEY-1…` */
  readonly identity: Secret;
  /** `age1…`, public. */
  readonly recipient: string;
}

/** A symmetric key that encrypts the values of many Secrets, each bound to the place where it belongs. */
export interface DataKey {
  /** The key as the base64 of an age file. */
  readonly sealed: string;
  /** Makes of the base64 of a value the base64 of its encrypted form. */
  seal(base64: string, place: string): string;
  /** The reverse. Throws an Error that says why. */
  unseal(sealed: string, place: string): string;
}

/** Opens what is sealed for one identity. Both reject with the reason in words. */
export interface Unseal {
  openDataKey(sealedKey: string): Promise<DataKey>;
  /** Makes of the base64 of an age file the base64 of the value. */
  openValue(sealed: string): Promise<string>;
}

/** Annotations in which programs keep a Secret once more, or a token of it. */
const repeatingAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'kapp.k14s.io/original',
  'objectset.rio.cattle.io/applied',
  'openshift.io/token-secret.value',
]);

/** Shorter values stand in annotations by chance. */
const shortestSecretText = 8;

/** Whether a resource is a Secret in the core group. */
export function isSecret({ apiVersion, kind }: Resource): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}

/** Whether a resource is a sealed Secret. */
export function isSealedSecret(resource: Resource): boolean {
  return isSecret(resource) && sealedData in resource;
}

/** The recipient of a sealed Secret, empty when it names none, and the age file of its data key, undefined where each value is one. */
export function sealOf(resource: Resource): { readonly recipient: string; readonly dataKey: string | undefined } {
  return { recipient: stringAt(resource, sealedFor) ?? '', dataKey: stringAt(resource, sealedKey) };
}

/** The values of a Secret as the API server gives it, or those of a sealed one, by key. */
export function valuesOfSecret(resource: Resource): JsonObject {
  const values = resource[isSealedSecret(resource) ? sealedData : 'data'];
  return isObject(values) ? values : {};
}

/** The resource without the fields of a sealed Secret. */
export function withoutSealedFields(resource: Resource): Resource {
  const { apiVersion, kind, metadata } = resource;
  return { ...without(resource, (key) => sealedFields.has(key)), apiVersion, kind, metadata };
}

/**
 * Seals a Secret as the API server gives it, without unknown fields and annotations that repeat its values. Encryption is
 * not deterministic: a value of `former`, which the same key sealed, is kept if it is still the same.
 */
export function sealSecret(
  resource: Resource,
  { dataKey, recipient }: { readonly dataKey: DataKey; readonly recipient: string },
  former: JsonObject = {},
): Resource {
  const values = valuesOfSecret(resource);
  const { apiVersion, kind, type, immutable, metadata } = resource;
  const origin = `${metadata.namespace ?? ''}/${metadata.name}`;
  // A map: a key can be `__proto__`, which an assignment to an object would lose.
  const sealed = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) {
    const place = placeOf(origin, key);
    const text = asText(value, key, resource);
    const earlier = ownValue(former, key);
    const kept = opened(dataKey, earlier, place) === text;
    sealed.set(key, kept && typeof earlier === 'string' ? earlier : dataKey.seal(text, place));
  }
  return {
    apiVersion,
    kind,
    metadata: withoutRepetitions(metadata, Object.values(values)),
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
    [sealedData]: Object.fromEntries(sealed),
    [sealedKey]: dataKey.sealed,
    [sealedFor]: recipient,
    [sealedAs]: origin,
  };
}

/** A value that cannot be opened proves nothing, whatever the reason. */
function opened(dataKey: DataKey, sealed: unknown, place: string): string | undefined {
  if (typeof sealed !== 'string') return undefined;
  try {
    return dataKey.unseal(sealed, place);
  } catch {
    return undefined;
  }
}

const placeOf = (origin: string, key: string): string => JSON.stringify([origin, key]);

/**
 * The Secret in the clear; any other resource as it is. @throws TaskError `invalid-file` for another key's, or a change
 */
export async function unsealSecret(resource: Resource, unseal: Unseal): Promise<Resource> {
  if (!isSealedSecret(resource)) return resource;
  if (!isObject(resource[sealedData])) throw cannotUnseal(resource, `its ${sealedData} is not a mapping`);
  const { recipient } = sealOf(resource);
  const fail = (what: string, error: unknown): never => {
    if (error instanceof TaskError) throw error;
    throw cannotUnseal(resource, `${what}: ${messageOf(error)}${recipient === '' ? '' : ` (sealed for ${recipient})`}`);
  };
  const open = await openerOf(resource, unseal).catch((error: unknown) => fail('the data key', error));
  const data = new Map<string, string>();
  for (const [key, given] of Object.entries(valuesOfSecret(resource))) {
    const text = asText(given, key, resource);
    const value = await open(text, key).catch((error: unknown) => fail(`key ${JSON.stringify(key)}`, error));
    data.set(key, value);
  }
  return { ...withoutSealedFields(resource), ...(data.size === 0 ? {} : { data: Object.fromEntries(data) }) };
}

async function openerOf(resource: Resource, unseal: Unseal): Promise<(sealed: string, key: string) => Promise<string>> {
  const sealed = sealOf(resource).dataKey;
  if (sealed === undefined) return (value) => unseal.openValue(value);
  const origin = stringAt(resource, sealedAs) ?? '';
  // A transformation may change the namespace, and add a prefix and a suffix to the name.
  if (!resource.metadata.name.includes(origin.slice(origin.indexOf('/') + 1)))
    throw cannotUnseal(resource, `its values are those of Secret ${origin}`);
  const dataKey = await unseal.openDataKey(sealed);
  return async (value, key) => Promise.resolve(dataKey.unseal(value, placeOf(origin, key)));
}

function withoutRepetitions(metadata: Resource['metadata'], values: readonly unknown[]): Resource['metadata'] {
  const { annotations, ...rest } = metadata;
  if (!isObject(annotations)) return rest;
  const secretTexts = values
    .filter((value) => typeof value === 'string')
    .filter((text) => text.length >= shortestSecretText);
  // Knows a value in the clear and in each form that can be derived from it.
  const forms = new Redactor();
  secretTexts.flatMap((base64) => [base64, fromBase64(base64) ?? '']).forEach((text) => forms.addValue(text));
  const repeats = (text: string): boolean => forms.redact(text) !== text;
  const kept = Object.entries(annotations).filter(
    ([name, text]) => !repeatingAnnotations.has(name) && !(typeof text === 'string' && repeats(text)),
  );
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}

function asText(value: unknown, key: string, resource: Resource): string {
  if (typeof value === 'string') return value;
  throw cannotUnseal(resource, `key ${JSON.stringify(key)} holds no text`);
}

function cannotUnseal(resource: Resource, cause: string): TaskError {
  return new TaskError('invalid-file', `opening the values of ${describeResource(resource)}: ${cause}`, {
    remedy:
      'Give the key that it was sealed for, or export again, and let nothing but the tasks write into the folder of the export.',
  });
}

/**
 * Makes a run redact the values of a Secret in the clear, which an API server or a webhook may quote, save those that
 * are equal to its name or namespace.
 */
export function noteSecretValues(resource: Resource, redactor: Redactor): void {
  if (!isSecret(resource)) return;
  const { name, namespace } = resource.metadata;
  const { data, stringData } = resource;
  const note = (text: string): void => {
    if (text !== name && text !== namespace) redactor.addValue(text);
  };
  for (const base64 of textsOf(data)) {
    const text = fromBase64(base64);
    if (text === undefined) redactor.addBinaryValue(base64);
    else note(text);
  }
  textsOf(stringData).forEach(note);
}

function textsOf(fields: unknown): readonly string[] {
  return isObject(fields) ? Object.values(fields).filter((text) => typeof text === 'string') : [];
}
