import { formsOf, fromBase64 } from '../core/redaction/secret-forms.ts';
import { isSecret } from './sealed-secret.ts';
import { addApplicationForm } from '../core/secret.ts';
import { isObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/**
 * Fewest characters of an application's value that is redacted. Shorter ones, such as `true`, `5432` or `admin`, occur in
 * other texts by chance: redacting them would make logs unreadable and would show by its place what the value is.
 */
const shortestApplicationValue = 8;
/** Values that were added: a Secret is often read more than once. */
const addedValues = new Set<string>();
const longestRemembered = 1024;

/**
 * Makes `redact` replace the values of a Secret in the clear, from `data` and `stringData`: an API server or an admission
 * webhook may quote them. Other resources, and values that are equal to the name or the namespace of the Secret, are
 * ignored.
 */
export function noteSecretValues(resource: Resource): void {
  if (!isSecret(resource)) return;
  const { name, namespace } = resource.metadata;
  const { data, stringData } = resource;
  const note = (text: string): void => {
    if (text.length < shortestApplicationValue || text === name || text === namespace || addedValues.has(text)) return;
    if (text.length <= longestRemembered) addedValues.add(text);
    for (const form of formsOf(text, shortestApplicationValue)) addApplicationForm(form);
  };
  for (const base64 of textsOf(data)) {
    const text = fromBase64(base64);
    // What is not text is quoted as base64 only.
    if (text !== undefined) note(text);
    else if (base64.length >= shortestApplicationValue) addApplicationForm(base64.replace(/={1,2}$/, ''));
  }
  textsOf(stringData).forEach(note);
}

function textsOf(fields: unknown): readonly string[] {
  return isObject(fields) ? Object.values(fields).filter((text) => typeof text === 'string') : [];
}
