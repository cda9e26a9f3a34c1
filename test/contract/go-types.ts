import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isObject } from '../../src/domain/core/json-object.ts';

/** Fields of Go structures by the name of the type: JSON name to Go type. */
export type GoTypes = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface Place {
  /** Name of the Go type. */
  readonly type: string;
  readonly path?: string;
}

/** Reads the structures, with their JSON names, of all Go files in a folder: an API type's own description of itself. */
export function readGoTypes(folder: string): GoTypes {
  const types = new Map<string, Map<string, string>>();
  const aliases: [string, string][] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, name = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)) {
      types.set(name, fieldsOf(body));
    }
    for (const [, name = '', target = ''] of text.matchAll(/^type (\w+) =? ?(\w+)$/gm)) aliases.push([name, target]);
  }
  for (const [name, target] of aliases) {
    const fields = types.get(target);
    if (fields !== undefined) types.set(name, fields);
  }
  return types;
}

/** Paths of members that their type does not have. Types of other packages are not looked into. */
export function unknownMembers(value: unknown, { type, path = '' }: Place, types: GoTypes): readonly string[] {
  const [, isList, name = ''] = /^\*?(\[\])?\*?([\w.]+)$/.exec(type) ?? [];
  if (isList !== undefined) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) =>
      unknownMembers(item, { type: name, path: `${path}/${String(index)}` }, types),
    );
  }
  const fields = types.get(name);
  if (fields === undefined || fields.size === 0) return [];
  if (!isObject(value)) return [`${path} is no object`];
  return Object.entries(value).flatMap(([key, member]) => {
    const field = fields.get(key);
    return field === undefined
      ? [`${path}/${key}`]
      : unknownMembers(member, { type: field, path: `${path}/${key}` }, types);
  });
}

function fieldsOf(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, type = '', name = ''] of body.matchAll(/^\s+(?:\w+\s+)?([*[\]\w.]+)\s+`json:"(\w+)[^`]*`/gm)) {
    fields.set(name, type);
  }
  if (body.includes('metav1.TypeMeta')) for (const name of ['apiVersion', 'kind']) fields.set(name, 'string');
  return fields;
}
