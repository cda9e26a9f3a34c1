import path from 'node:path';

import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../domain/core/json-object.ts';
import type { AuthProviderEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { whileLocked } from '../files/lock-file.ts';
import { rootAt } from '../files/place.ts';
import { readGiven } from '../files/read-text.ts';
import { writeFileAtomic } from '../files/write-file.ts';
import { yamlCodec } from '../yaml/yaml-codec.ts';

/**
 * Writes fields of an auth provider to its kubeconfig, as client-go does after a login was refreshed.
 * @throws TaskError `invalid-file`, `io-broke`, `timeout`
 */
export function saveAuthProvider({ file, user }: AuthProviderEntry, fields: JsonObject): Promise<void> {
  return whileLocked(file, async () => {
    const document = yamlCodec.parse((await readGiven(file, '')).toString('utf8'), file)[0];
    const users = arrayAt(document, 'users').map((entry) =>
      stringAt(entry, 'name') === user ? merge(entry, { user: { 'auth-provider': { config: fields } } }) : entry,
    );
    const place = { root: rootAt(path.dirname(file), 'within'), path: path.basename(file) };
    await writeFileAtomic(place, yamlCodec.format(merge(document, { users })));
  });
}

/** Mappings are merged, anything else is replaced. */
function merge(value: unknown, change: JsonObject): JsonObject {
  const changed = Object.entries(change).map(([key, part]): [string, unknown] => [
    key,
    isObject(part) ? merge(valueAt(value, key), part) : part,
  ]);
  return { ...(isObject(value) ? value : {}), ...Object.fromEntries(changed) };
}
