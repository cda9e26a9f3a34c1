import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import type { PreviousScale } from './quiesce.ts';

/** What one object had before its rest, by the object's UID. */
export interface RestEntry {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly former: PreviousScale;
}

/** Where the records lie in the workspace; one file for each kind, since tasks for several kinds run side by side. */
export const recordFolder = 'quiesce/';

/** The path of the record of one kind in one namespace. */
export function recordPath(namespace: string, kind: string): string {
  return `${recordFolder}${namespace}.${kind}.json`;
}

/** The text of a record, entries sorted by name. */
export function formatRecord(entries: readonly RestEntry[]): string {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${JSON.stringify({ schemaVersion: 1, objects: sorted }, undefined, 2)}\n`;
}

/**
 * Reads a record.
 * @throws TaskError `invalid-file`
 */
export function parseRecord(text: string, path: string): readonly RestEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(path);
  }
  if (valueAt(value, 'schemaVersion') !== 1) throw invalid(path);
  return arrayAt(value, 'objects').map((entry) => {
    const [kind, namespace, name, uid] = ['kind', 'namespace', 'name', 'uid'].map((field) => stringAt(entry, field));
    const former = parsePreviousScale(valueAt(entry, 'former'));
    if (
      kind === undefined ||
      namespace === undefined ||
      name === undefined ||
      uid === undefined ||
      former === undefined
    )
      throw invalid(path);
    return { kind, namespace, name, uid, former };
  });
}

/** The entries of now over those of earlier runs: an object that is no longer told of keeps its earlier entry. */
export function mergeRecords(earlier: readonly RestEntry[], now: readonly RestEntry[]): readonly RestEntry[] {
  return [...new Map([...earlier, ...now].map((entry) => [entry.uid, entry])).values()];
}

function parsePreviousScale(value: unknown): PreviousScale | undefined {
  if (!isObject(value)) return undefined;
  const { replicas, suspended } = value;
  if (typeof replicas === 'number' && Number.isInteger(replicas) && replicas > 0) return { replicas };
  return suspended === false ? { suspended } : undefined;
}

function invalid(path: string): TaskError {
  return new TaskError('invalid-file', `reading ${path}: invalid record of a scale down`, {
    remedy: 'Remove the file when it is not needed: what the objects say of themselves still counts.',
  });
}
