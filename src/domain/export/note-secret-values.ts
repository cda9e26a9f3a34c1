import { fromBase64 } from '../core/redaction/secret-forms.ts';
import { isSecret } from './sealed-secret.ts';
import type { Redactor } from '../core/secret.ts';
import { isObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/**
 * Makes a run redact the values of a Secret in the clear, from `data` and `stringData`: an API server or an admission
 * webhook may quote them. Other resources, and values that are equal to the name or the namespace of the Secret, are
 * ignored.
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
