import { TaskError } from '../core/errors.ts';
import { isObject } from '../core/json-object.ts';

/** Flags for plugins, by lower-case name. */
export type OptionalFlags = Readonly<Record<string, string>>;

const remedy =
  'Write a JSON object whose values are strings, for example {"add-annotations":"team=shop","strip-default-rbac":"false"}.';

/**
 * Reads the `optional-flags` param: a JSON object of strings, as crane reads it since July 2022; empty means no flags.
 * @throws TaskError `invalid-param`
 */
export function parseOptionalFlags(text = ''): OptionalFlags {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = /^[\w-]+=/.test(text)
      ? 'pairs such as name=value are not read any more, only a JSON object'
      : 'this is not JSON';
    throw new TaskError('invalid-param', `reading optional-flags: ${why}`, { remedy, cause: error });
  }
  return toOptionalFlags(value, 'optional-flags');
}

/**
 * Checks that a value is an object of strings; names are lower-cased.
 * @throws TaskError `invalid-param`, naming `source`
 */
export function toOptionalFlags(value: unknown, source: string): OptionalFlags {
  if (!isObject(value)) throw new TaskError('invalid-param', `reading ${source}: expected a JSON object`, { remedy });
  return Object.fromEntries(
    Object.entries(value).map(([name, flag]) => {
      if (typeof flag === 'string') return [name.toLowerCase(), flag];
      throw new TaskError('invalid-param', `reading ${source}: the value of ${JSON.stringify(name)} is not a string`, {
        remedy,
      });
    }),
  );
}
