import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { isNamespaceName, isObjectName } from '../kube/resource.ts';

const accessModes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** @throws TaskError `invalid-param` unless the text of a param is the name of a namespace */
export function assertNamespace(param: string, text: string): void {
  if (isNamespaceName(text)) return;
  throw refuse(param, text, 'Give the name of a namespace: lower-case letters, digits and dashes.');
}

/** Pairs `source=destination`, several with commas. @throws TaskError `invalid-param` */
export function parsePairs(param: string, text: string): ReadonlyMap<string, string> {
  return new Map(
    parseCommaList(text).map((entry) => {
      const [source = '', destination = '', ...rest] = entry.split('=');
      if (source !== '' && destination !== '' && rest.length === 0) return [source, destination];
      throw refuse(param, entry, 'Write source=destination, several with commas.');
    }),
  );
}

/** Access modes of claims, with commas. @throws TaskError `invalid-param` */
export function parseAccessModes(param: string, text: string): readonly string[] {
  return parseNames(
    { param, text, isValid: (mode) => accessModes.includes(mode) },
    `Write some of ${accessModes.join(', ')}, with commas.`,
  );
}

/** Names of Secrets, with commas. @throws TaskError `invalid-param` */
export function parseSecretNames(param: string, text: string): readonly string[] {
  return parseNames({ param, text, isValid: (name) => isObjectName(name) }, 'Give the names of Secrets, with commas.');
}

/** A user or group id, 0 to 2^31 - 1; undefined for an unknown one. @throws TaskError `invalid-param` */
export function parseUnixId(param: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw refuse(param, text, 'Write a number, or leave it empty.');
}

interface Names {
  readonly param: string;
  readonly text: string;
  readonly isValid: (name: string) => boolean;
}

function parseNames({ param, text, isValid }: Names, remedy: string): readonly string[] {
  const names = parseCommaList(text);
  const wrong = names.find((name) => !isValid(name));
  if (wrong === undefined) return names;
  throw refuse(param, wrong, remedy);
}

function refuse(param: string, text: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading ${param}: ${JSON.stringify(text)} is not understood`, { remedy });
}
