import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { isObject, valueAt, without } from '../../../domain/core/json-object.ts';
import type { Resource } from '../../../domain/kube/resource.ts';

/** An object as YAML, without the notes of the API server about who changed which field; a Secret without its values. */
export function formatObject(object: Resource): string {
  const metadata = without(object.metadata, (key) => key === 'managedFields');
  const data = object.kind === 'Secret' ? valueAt(object, 'data') : undefined;
  const masked = isObject(data) ? { data: Object.fromEntries(Object.keys(data).map((key) => [key, '***'])) } : {};
  return yamlCodec.format({ ...object, metadata, ...masked });
}
