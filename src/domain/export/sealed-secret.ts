import { messageOf, TaskError } from '../core/errors.ts';
import { Redactor, type Secret } from '../core/secret.ts';
import { describeResource, type Resource } from '../kube/resource.ts';
import { isObject, stringAt, type JsonObject } from '../core/json-object.ts';
import { fromBase64 } from '../core/redaction/secret-forms.ts';

/**
 * A sealed Secret is a v1 Secret whose values only the owner of its key can read. In the place of `data` it has
 * `sealedData`, each value as the base64 of an age file (https://age-encryption.org/v1), and `sealedFor`, the recipient
 * that they are sealed for. No API server knows these fields, so a plain kubectl refuses it instead of applying
 * rubbish.
 */
const sealedData = 'sealedData';
const sealedFor = 'sealedFor';

/** Name of the Secret with the key of the runs in their namespace: keys `identity` and `recipient`. */
export const sealingSecretName = 'crane-tasks-sealing-key';

/** An age key: the recipient is enough to seal, and only the identity unseals. */
export interface SealingKey {
  /** `AGE-SECRET-KEY-1…` */
  readonly identity: Secret;
  /** `age1…`, public. */
  readonly recipient: string;
}

/** Makes of the base64 of a value the base64 of an age file. */
export type Seal = (base64: string, key: string) => Promise<string>;

/** Makes of the base64 of an age file the base64 of the value; rejects with the reason in words. */
export type Unseal = (sealed: string) => Promise<string>;

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

/** The recipient that a sealed Secret is sealed for; empty when it does not say. */
export function recipientOfSealed(resource: Resource): string {
  return stringAt(resource, sealedFor) ?? '';
}

/** The values of a Secret as the API server gives it, or those of a sealed one, by key. */
export function valuesOfSecret(resource: Resource): JsonObject {
  const values = resource[isSealedSecret(resource) ? sealedData : 'data'];
  return isObject(values) ? values : {};
}

/** Seals a Secret as the API server gives it, without unknown fields and annotations that repeat its values. */
export async function sealSecret(resource: Resource, seal: Seal, recipient = ''): Promise<Resource> {
  const values = valuesOfSecret(resource);
  // A map: a key can be `__proto__`, which an assignment to an object would lose.
  const sealed = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) sealed.set(key, await seal(asText(value, key, resource), key));
  const { apiVersion, kind, type, immutable } = resource;
  return {
    apiVersion,
    kind,
    metadata: withoutRepetitions(resource.metadata, Object.values(values)),
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
    [sealedData]: Object.fromEntries(sealed),
    ...(recipient === '' ? {} : { [sealedFor]: recipient }),
  };
}

/**
 * The Secret in the clear; any other resource as it is. @throws TaskError `invalid-file` for another key's, or a change
 */
export async function unsealSecret(resource: Resource, unseal: Unseal): Promise<Resource> {
  if (!isSealedSecret(resource)) return resource;
  const { [sealedData]: sealed, [sealedFor]: recipient, ...rest } = resource;
  if (!isObject(sealed)) throw cannotUnseal(resource, `its ${sealedData} is not a mapping`);
  const data = new Map<string, string>();
  for (const [key, given] of Object.entries(sealed)) {
    const text = asText(given, key, resource);
    const value = await unseal(text).catch((error: unknown) => {
      if (error instanceof TaskError) throw error;
      const whose = typeof recipient === 'string' ? ` (sealed for ${recipient})` : '';
      throw cannotUnseal(resource, `key ${JSON.stringify(key)}: ${messageOf(error)}${whose}`);
    });
    data.set(key, value);
  }
  return { ...rest, ...(data.size === 0 ? {} : { data: Object.fromEntries(data) }) };
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
