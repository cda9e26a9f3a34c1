import { TaskError } from '../../domain/core/errors.ts';
import type { ExportEntry } from '../../domain/exports/export-entry.ts';
import { formatRecord, isExportId, parseExportImage, type StoredExport } from '../../domain/exports/export-record.ts';
import { stateOf, timeText } from '../../domain/exports/export-state.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isConflict } from '../../domain/kube/status-error.ts';
import { createObject } from '../cluster/write-object.ts';
import {
  findExport,
  storedOf,
  takeExport,
  unknownExport,
  writeExport,
  type ExportChange,
  type ExportStore,
} from './export-store.ts';

/**
 * Creates the record of an export that begins, in progress.
 * @throws TaskError `invalid-param` for an id or image that is not valid, `name-collision` for an id that is in use;
 *   ClusterStatusError
 */
export async function startExport(
  store: ExportStore,
  entry: Omit<ExportEntry, 'namespace' | 'state' | 'message' | 'created' | 'updated'>,
): Promise<StoredExport> {
  const { cluster, namespace, owner } = store;
  if (!isExportId(entry.id) || parseExportImage(entry.image) === undefined) throw invalidEntry(entry);
  const time = timeText(store.now());
  const whole: ExportEntry = {
    ...entry,
    namespace,
    state: 'in-progress',
    message: '',
    created: time,
    updated: time,
  };
  const body = formatRecord(whole, owner);
  try {
    return storedOf(await createObject(cluster, { kind: knownKinds.configmaps, namespace, body }), whole, owner);
  } catch (error) {
    if (!isConflict(error)) throw error;
    // The answer to an earlier try of the same request may have been lost.
    const present = await findExport(store, entry.id);
    if (present?.owner === owner) return present;
    throw idTaken(store, entry.id);
  }
}

/**
 * Writes a sign of life, and what changed. A run calls it at least every 30 s, or lets keepExportAlive do it.
 * @throws TaskError `interrupted` when another run has the export now, or the record was deleted; ClusterStatusError
 */
export function beat(store: ExportStore, stored: StoredExport, change: ExportChange = {}): Promise<StoredExport> {
  return writeExport(store, stored, change);
}

/** The image is in the registry and was proved. @throws as `beat` */
export function finishExport(
  store: ExportStore,
  stored: StoredExport,
  done: Pick<ExportEntry, 'digest' | 'size' | 'isPublic'> & ExportChange,
): Promise<StoredExport> {
  return writeExport(store, stored, { ...done, state: 'ready', message: '' });
}

/** The export ended without an image. Secrets that are known are redacted in the message. @throws as `beat` */
export function failExport(store: ExportStore, stored: StoredExport, message: string): Promise<StoredExport> {
  return writeExport(store, stored, { state: 'failed', message });
}

/**
 * Takes an export whose run died, to resume it or to clean up after it. Of several runs that try, one succeeds.
 * @throws TaskError `invalid-param` when there is no such export, `name-collision` for one whose run is alive or that
 *   ended; `interrupted` when another run was faster; ClusterStatusError
 */
export async function claimInterrupted(store: ExportStore, id: string): Promise<StoredExport> {
  const found = isExportId(id) ? await findExport(store, id) : undefined;
  if (found === undefined) throw unknownExport(store.namespace, id);
  const state = stateOf(found.entry, store.now());
  if (state === 'interrupted') return takeExport(store, found);
  throw new TaskError('name-collision', `resuming export ${store.namespace}/${id}: its state is ${state}`, {
    remedy:
      state === 'in-progress'
        ? 'Wait until its run ends. A run without a sign of life for 3 minutes counts as interrupted.'
        : 'Start a new export.',
  });
}

function invalidEntry({ id, image }: Pick<ExportEntry, 'id' | 'image'>): TaskError {
  return new TaskError(
    'invalid-param',
    `recording export ${JSON.stringify(id)} of ${image}: the id or image is invalid`,
    {
      remedy: 'Give a repository below a registry, such as registry.example.com/team/exports, in lower case.',
    },
  );
}

function idTaken({ namespace }: ExportStore, id: string): TaskError {
  return new TaskError('name-collision', `recording export ${namespace}/${id}: there is a record with this id`, {
    remedy: 'Run again: a new export has a new id.',
  });
}
