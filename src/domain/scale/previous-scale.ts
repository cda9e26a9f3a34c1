import { parseDocument } from '../core/parse-document.ts';
import type { ScaleEntry, PreviousScale } from '../schemas/documents.ts';
import { validateScaleRecord } from '../schemas/validators/scale-record.ts';

/** Folder of the records in the workspace; one file for each kind, since tasks for several kinds run in parallel. */
export const recordFolder = 'quiesce/';

/** The path of the record of one kind in one namespace. */
export function recordPath(namespace: string, kind: string): string {
  return `${recordFolder}${namespace}.${kind}.json`;
}

/** The text of a record, entries sorted by name. */
export function formatRecord(entries: readonly ScaleEntry[]): string {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${JSON.stringify({ schemaVersion: 1, objects: sorted }, undefined, 2)}\n`;
}

/** Reads a record. @throws TaskError `invalid-file` */
export function parseRecord(text: string, path: string): readonly ScaleEntry[] {
  const remedy = 'Remove the file when it is not needed: the annotations of the objects still count.';
  return parseDocument(text, validateScaleRecord, { name: `${path}, the record of a scale down`, remedy }).objects;
}

/** The entries of now over those of earlier runs: an object without a new entry keeps its earlier one. */
export function mergeRecords(earlier: readonly ScaleEntry[], now: readonly ScaleEntry[]): readonly ScaleEntry[] {
  return [...new Map([...earlier, ...now].map((entry) => [entry.uid, entry])).values()];
}

/** What an object had, as evidence in a report. */
export function describePreviousScale(former: PreviousScale | undefined): Readonly<Record<string, string | number>> {
  if (former === undefined) return {};
  return 'replicas' in former ? { replicas: former.replicas } : { suspended: 'false' };
}
