import { TaskError } from '../../domain/core/errors.ts';
import type { ExportEntry } from '../../domain/exports/export-entry.ts';
import {
  exportLabel,
  formatRecord,
  readRecord,
  recordName,
  versionOf,
  type StoredExport,
} from '../../domain/exports/export-record.ts';
import { timeText } from '../../domain/exports/export-state.ts';
import { objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import { isConflict, isNotFound } from '../../domain/kube/status-error.ts';
import { findObject } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { deleteObject } from '../cluster/write-object.ts';

/** The records of the exports of one namespace, which all its users see. */
export interface ExportStore {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Names this run, and no other one. */
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a run may change of its record. */
export type ExportChange = Partial<
  Pick<ExportEntry, 'state' | 'message' | 'image' | 'digest' | 'size' | 'workspaceIncluded' | 'isPublic' | 'run'>
>;

const mostConflicts = 5;

/** The records of a namespace, oldest first, and the names of ConfigMaps that have the label and are not records. */
export async function listExports({ cluster, namespace }: Pick<ExportStore, 'cluster' | 'namespace'>): Promise<{
  readonly exports: readonly StoredExport[];
  readonly invalid: readonly string[];
}> {
  const kind = knownKinds.configmaps;
  const found = await collectObjects({ cluster, kind, namespace, labelSelector: exportLabel });
  const read = found.map((resource) => ({ name: resource.metadata.name, stored: readRecord(resource) }));
  const exports = read.flatMap(({ stored }) => stored ?? []);
  return {
    exports: exports.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    invalid: read.filter(({ stored }) => stored === undefined).map(({ name }) => name),
  };
}

function keyOf({ entry }: StoredExport): string {
  return `${entry.created} ${entry.id}`;
}

/**
 * Makes this run the owner of a record, unless it changed since it was read.
 * @throws TaskError `interrupted` when another run was faster; ClusterStatusError
 */
export async function takeExport(store: ExportStore, found: StoredExport): Promise<StoredExport> {
  const updated = timeText(store.now());
  return (await replace(store, found, { ...found.entry, updated })) ?? (await refuseTaken(store, found));
}

/** One record; undefined when there is none, or when the ConfigMap is not one. */
export async function findExport(
  { cluster, namespace }: Pick<ExportStore, 'cluster' | 'namespace'>,
  id: string,
): Promise<StoredExport | undefined> {
  const found = await findObject(cluster, refOf(namespace, id));
  return found && readRecord(found);
}

/** Changes a record of which this run is the owner. @throws as `writeExport` */
export async function writeExport(
  store: ExportStore,
  stored: StoredExport,
  change: ExportChange,
): Promise<StoredExport> {
  let current = stored;
  for (let conflicts = 0; conflicts < mostConflicts; conflicts += 1) {
    const entry = { ...current.entry, ...change, updated: timeText(store.now()) };
    const written = await replace(store, current, entry);
    if (written !== undefined) return written;
    // The answer to an own write may have been lost: only another owner ends the work.
    current = await refuseTaken(store, stored);
  }
  throw taken(store, stored, 'its record changes all the time');
}

/** The record as it is now. @throws TaskError `interrupted` unless this run is its owner */
async function refuseTaken(store: ExportStore, { entry, uid }: StoredExport): Promise<StoredExport> {
  const present = await findExport(store, entry.id);
  if (present?.uid !== uid) throw taken(store, { entry }, 'its record was deleted');
  if (present.owner !== store.owner) throw taken(store, { entry }, `the run ${present.owner} works on it`);
  return present;
}

/** Deletes a record that did not change since it was read. It does nothing if the record does not exist. @throws ClusterStatusError */
export async function removeRecord(
  { cluster, namespace }: Pick<ExportStore, 'cluster' | 'namespace'>,
  { entry, uid, resourceVersion }: StoredExport,
): Promise<void> {
  const deletion = { propagationPolicy: 'Background', preconditions: { uid, resourceVersion } } as const;
  try {
    await deleteObject(cluster, refOf(namespace, entry.id), deletion);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** @returns undefined when the record changed since it was read */
async function replace(
  store: ExportStore,
  { uid, resourceVersion }: StoredExport,
  entry: ExportEntry,
): Promise<StoredExport | undefined> {
  const { cluster, namespace, owner } = store;
  const safe = { ...entry, message: cluster.redactor.redact(entry.message) };
  const record = formatRecord({ ...safe, namespace }, owner);
  const body = { ...record, metadata: { ...record.metadata, uid, resourceVersion } };
  const path = objectPath(refOf(namespace, entry.id));
  try {
    return storedOf(await cluster.request({ method: 'PUT', path, body }), safe, owner);
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return undefined;
    throw error;
  }
}

/** The record that a write gave back. */
export function storedOf(answer: unknown, entry: ExportEntry, owner: string): StoredExport {
  const metadata: Resource['metadata'] = isResource(answer) ? answer.metadata : { name: recordName(entry.id) };
  return { entry, owner, ...versionOf(metadata) };
}

function refOf(namespace: string, id: string): ObjectRef {
  return { kind: knownKinds.configmaps, namespace, name: recordName(id) };
}

/** No export has the id or name. */
export function unknownExport(namespace: string, name: string): TaskError {
  return new TaskError(
    'invalid-param',
    `looking for export ${JSON.stringify(name)} in namespace ${namespace}: unknown`,
    {
      remedy: 'Run `crane-tasks exports list` for the names.',
    },
  );
}

function taken({ namespace }: ExportStore, { entry }: Pick<StoredExport, 'entry'>, why: string): TaskError {
  return new TaskError('interrupted', `changing the record of export ${namespace}/${entry.id}: ${why}`, {
    remedy: 'Run `crane-tasks exports list` to see its state, then run again.',
  });
}
