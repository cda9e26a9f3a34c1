import { readFile } from 'node:fs/promises';

import { isObject, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';

/** Reads one of our schemas. @param name path below `schemas`, without extension */
export async function readSchema(name: string): Promise<JsonObject> {
  const schema: unknown = JSON.parse(await readFile(`schemas/${name}.schema.json`, 'utf8'));
  if (!isObject(schema)) throw new Error(`reading schema ${name}: expected an object`);
  return schema;
}

/** An object in a schema; empty when there is none. */
export function objectAt(part: unknown, member: string): JsonObject {
  const found = valueAt(part, member);
  return isObject(found) ? found : {};
}
