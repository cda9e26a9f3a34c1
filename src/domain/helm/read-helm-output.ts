import { isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { parseJsonExactly } from '../kube/exact-integers.ts';
import { TaskError } from '../core/errors.ts';
import { releaseStatuses, type ListedRelease, type ReleaseStatus, type Revision } from './helm.ts';

/** The revisions that `helm history --output=json` prints, oldest first. @throws TaskError `program-broke` */
export function parseHistory(text: string): readonly Revision[] {
  const revisions = parseList(text, 'history').map((entry) => ({
    revision: numberOf(entry, 'revision'),
    updated: stringAt(entry, 'updated') ?? '',
    status: statusOf(stringAt(entry, 'status')),
    chart: stringAt(entry, 'chart') ?? '',
    appVersion: stringAt(entry, 'app_version') ?? '',
    description: stringAt(entry, 'description') ?? '',
  }));
  return revisions.sort((a, b) => a.revision - b.revision);
}

/** The releases that `helm list --output=json` prints, sorted by namespace and name. @throws TaskError `program-broke` */
export function parseReleases(text: string): readonly ListedRelease[] {
  const releases = parseList(text, 'list').map((entry) => ({
    namespace: stringAt(entry, 'namespace') ?? '',
    name: stringAt(entry, 'name') ?? '',
    revision: numberOf(entry, 'revision'),
    updated: stringAt(entry, 'updated') ?? '',
    status: statusOf(stringAt(entry, 'status')),
    chart: stringAt(entry, 'chart') ?? '',
    appVersion: stringAt(entry, 'app_version') ?? '',
  }));
  const keyOf = ({ namespace, name }: ListedRelease): string => `${namespace}/${name}`;
  return releases.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** An object that a helm command prints as JSON; `null` stands for no values. @throws TaskError `program-broke` */
export function parseHelmObject(text: string, command: string): JsonObject {
  const value = parse(text, command) ?? {};
  if (isObject(value)) return value;
  throw unexpectedOutput(command);
}

/** The revision of a release that helm prints as JSON. @throws TaskError `program-broke` */
export function revisionOf(release: JsonObject): number {
  const found = valueAt(release, 'version');
  if (typeof found === 'number') return found;
  throw unexpectedOutput('upgrade');
}

function parseList(text: string, command: string): readonly unknown[] {
  const value = parse(text, command) ?? [];
  if (Array.isArray(value)) return value;
  throw unexpectedOutput(command);
}

function parse(text: string, command: string): unknown {
  try {
    return parseJsonExactly(text);
  } catch {
    throw unexpectedOutput(command);
  }
}

/** `helm list` prints the revision as a text, `helm history` as a number. */
function numberOf(entry: unknown, key: string): number {
  return Number(valueAt(entry, key) ?? 0);
}

function statusOf(text: string | undefined): ReleaseStatus {
  return releaseStatuses.find((status) => status === text) ?? 'unknown';
}

function unexpectedOutput(command: string): TaskError {
  return new TaskError('program-broke', `reading the output of helm ${command}: unexpected content`, {
    remedy: 'Use the version of helm that the image of this task has.',
  });
}
