import { TaskError } from '../core/errors.ts';
import { isObjectName } from '../kube/resource.ts';

/** A claim at the source and its name at the destination. */
export interface ClaimPair {
  readonly source: string;
  readonly destination: string;
}

/** Stands for all claims of the source namespace. */
const everything = '*';

/**
 * Reads `name`, `name:new-name` and lists of them with commas; `*` are all claims that `names` gives.
 * `destinationName` renames a single claim.
 * @throws TaskError `invalid-param`
 */
export function parseClaimPairs(
  text: string,
  destinationName: string | undefined,
  names: readonly string[],
): readonly ClaimPair[] {
  const listed = text.trim() === everything ? names : text.split(',').map((part) => part.trim());
  const pairs = listed.map((part) => parsePair(part, destinationName));
  if (destinationName !== undefined && pairs.length !== 1) {
    throw refuse(`dest-pvc-name ${JSON.stringify(destinationName)} needs a single claim`, 'Write name:new-name.');
  }
  refuseRepeated(
    pairs.map(({ source }) => source),
    'source',
  );
  refuseRepeated(
    pairs.map(({ destination }) => destination),
    'destination',
  );
  return pairs;
}

/** Whether all claims of the namespace are meant. */
export function asksForAllClaims(text: string): boolean {
  return text.trim() === everything;
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

function refuseRepeated(names: readonly string[], side: string): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  throw refuse(`claim ${repeated} comes twice at the ${side}`, 'Name each claim once.');
}

function refuse(problem: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading source-pvc-name: ${problem}`, { remedy });
}
