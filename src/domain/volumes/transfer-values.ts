import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { isNamespaceName, isObjectName } from '../kube/resource.ts';

const accessModes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** @throws TaskError `invalid-param` unless the text of a param is the name of a namespace */
export function assertNamespace(param: string, text: string): void {
  if (isNamespaceName(text)) return;
  throw misread(param, text, 'Give the name of a namespace: lower-case letters, digits and dashes.');
}

/** Pairs `source=destination`, several with commas. @throws TaskError `invalid-param` */
export function parsePairs(param: string, text: string): ReadonlyMap<string, string> {
  return new Map(
    parseCommaList(text).map((entry) => {
      const [source = '', destination = '', ...rest] = entry.split('=');
      if (source !== '' && destination !== '' && rest.length === 0) return [source, destination];
      throw misread(param, entry, 'Write source=destination, several with commas.');
    }),
  );
}

/** @throws TaskError `invalid-param` unless each text is the name of a StorageClass */
export function assertClassNames(param: string, names: readonly string[]): void {
  const wrong = names.find((name) => !isObjectName(name));
  if (wrong !== undefined) throw misread(param, wrong, 'Give the name of a StorageClass.');
}

/** Access modes of claims, with commas. @throws TaskError `invalid-param` */
export function parseAccessModes(param: string, text: string): readonly string[] {
  return parseCommaList(text).map((mode) => {
    if (accessModes.includes(mode)) return mode;
    throw misread(param, mode, `Write some of ${accessModes.join(', ')}, with commas.`);
  });
}

/** Names of Secrets, with commas. @throws TaskError `invalid-param` */
export function parseSecretNames(param: string, text: string): readonly string[] {
  return parseCommaList(text).map((name) => {
    if (isObjectName(name)) return name;
    throw misread(param, name, 'Give the names of Secrets, with commas.');
  });
}

/** A user or group id, 0 to 2^31 - 1; undefined for an unknown one. @throws TaskError `invalid-param` */
export function parseUnixId(param: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw misread(param, text, 'Write a number, or leave it empty.');
}

/** A claim at the source and its name at the destination. */
export interface ClaimPair {
  readonly source: string;
  readonly destination: string;
}

/**
 * Reads `name`, `name:new-name` and lists of them with commas; `*` stands for all claims that `names` gives.
 * `destinationName` renames a single claim.
 * @throws TaskError `invalid-param`
 */
export function parseClaimPairs(
  text: string,
  destinationName: string | undefined,
  names: readonly string[],
): readonly ClaimPair[] {
  const listed = asksForAllClaims(text) ? names : text.split(',').map((part) => part.trim());
  const pairs = listed.map((part) => parsePair(part, destinationName));
  if (destinationName !== undefined && pairs.length !== 1) {
    throw refuse(`dest-pvc-name ${JSON.stringify(destinationName)} needs a single claim`, 'Write name:new-name.');
  }
  for (const side of ['source', 'destination'] as const) {
    const names = pairs.map((pair) => pair[side]);
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) throw refuse(`claim ${repeated} comes twice at the ${side}`, 'Name each claim once.');
  }
  return pairs;
}

/** Whether all claims of the namespace are meant. */
export function asksForAllClaims(text: string): boolean {
  return text.trim() === '*';
}

function parsePair(text: string, destinationName: string | undefined): ClaimPair {
  const [source = '', renamed, ...rest] = text.split(':');
  const destination = renamed ?? destinationName ?? source;
  if (rest.length === 0 && isObjectName(source) && isObjectName(destination)) return { source, destination };
  throw refuse(
    `expected the name of a claim or a pair name:new-name, got ${JSON.stringify(text)}`,
    'Give the names of PersistentVolumeClaims: lower-case letters, digits, dashes and dots.',
  );
}

function misread(param: string, text: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading ${param}: ${JSON.stringify(text)} is not understood`, { remedy });
}

function refuse(problem: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading source-pvc-name: ${problem}`, { remedy });
}
