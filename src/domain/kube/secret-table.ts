import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';

/** Asks for Secrets as `kubectl get secrets` shows them: names, types and metadata, without values. */
export const secretTableType =
  'application/json;as=Table;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * A list of Secrets without values, of the answer to a request for `secretTableType`: a Table
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables) whose second column is
 * the type, or a list of metadata from a server that makes no tables. Values that a server sends all the same are
 * dropped.
 */
export function secretsWithoutValues(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  if (stringAt(answer, 'kind') !== 'Table') {
    return Array.isArray(answer['items'])
      ? {
          ...answer,
          items: answer['items'].filter(isObject).map((item) => secretOf(item, stringAt(item, 'type') ?? '')),
        }
      : answer;
  }
  const column = arrayAt(answer, 'columnDefinitions').findIndex((each) => stringAt(each, 'name') === 'Type');
  const items = arrayAt(answer, 'rows').map((row) => {
    const type: unknown = arrayAt(row, 'cells')[column];
    return secretOf(valueAt(row, 'object'), typeof type === 'string' ? type : '');
  });
  return { kind: 'SecretList', metadata: answer['metadata'], items };
}

function secretOf(object: unknown, type: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: valueAt(object, 'metadata'), ...(type === '' ? {} : { type }) };
}
