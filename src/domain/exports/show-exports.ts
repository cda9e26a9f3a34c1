import { formatBytes } from '../core/format-bytes.ts';
import type { JsonObject } from '../core/json-object.ts';
import { formatTable } from '../app/format-table.ts';
import type { ExportEntry, ExportState } from './export-entry.ts';
import { pinnedImageOf, type StoredExport } from './export-record.ts';
import { stateOf } from './export-state.ts';
import { describeRun, formatRunLine } from './run-command.ts';

/** An export with its state at one moment. */
export interface ShownExport extends StoredExport {
  readonly state: ExportState;
}

const headings = ['ID', 'NAME', 'STATE', 'DIGEST', 'SIZE', 'CREATED', 'WORKSPACE', 'PUBLIC', 'RUN COMMAND'];
const shortDigest = 'sha256:'.length + 12;

/** Exports with their states, without those in some states. @param now milliseconds since 1970 */
export function showExports(
  exports: readonly StoredExport[],
  { now, hidden }: { readonly now: number; readonly hidden: readonly ExportState[] },
): readonly ShownExport[] {
  return exports
    .map((stored) => ({ ...stored, state: stateOf(stored.entry, now) }))
    .filter(({ state }) => !hidden.includes(state));
}

export function formatExports(exports: readonly ShownExport[]): string {
  return formatTable(headings, exports.map(rowOf));
}

function rowOf({ entry, state }: ShownExport): readonly string[] {
  const { id, name, digest, size, created, workspaceIncluded } = entry;
  return [
    id,
    name,
    state,
    digest.slice(0, shortDigest),
    size === 0 ? '' : formatBytes(size),
    created,
    workspaceIncluded ? 'included' : 'left out',
    publicText(entry),
    runCommandOf({ entry, state }),
  ];
}

function publicText({ isPublic }: ExportEntry): string {
  if (isPublic === undefined) return 'unknown';
  return isPublic ? 'yes' : 'no';
}

/** Empty for an export that has no image to run. */
function runCommandOf({ entry, state }: Pick<ShownExport, 'entry' | 'state'>): string {
  return state === 'ready' ? formatRunLine('docker', entry) : '';
}

/** What programs get of an export: its record, its state now, and how it is run. */
export function exportToJson({ entry, owner, state }: ShownExport): JsonObject {
  const pinned = entry.digest === '' ? '' : pinnedImageOf(entry);
  return { ...entry, state, owner, pinned, runCommand: runCommandOf({ entry, state }) };
}

/** All of one export, for people. */
export function describeExport(shown: ShownExport): string {
  const { entry, owner, state } = shown;
  const { workload } = entry;
  const command = runCommandOf(shown);
  const rows = [
    ['ID', entry.id],
    ['NAME', entry.name],
    ['STATE', state],
    ['MESSAGE', entry.message],
    ['WORKLOAD', `${workload.kind} ${entry.namespace}/${workload.name}`],
    ['IMAGE', entry.image],
    ['DIGEST', entry.digest],
    ['SIZE', entry.size === 0 ? '' : formatBytes(entry.size)],
    ['CREATED', entry.created],
    ['UPDATED', entry.updated],
    ['RUN BY', owner],
    ['WORKSPACE', entry.workspaceIncluded ? 'included' : 'left out'],
    ['PUBLIC', publicText(entry)],
    ['USER', entry.run.user],
    ['WORKING FOLDER', entry.run.workingFolder],
    ['RUN COMMAND', command],
    ...(command === '' ? [] : describeRun(entry, 'docker').map((note) => ['NOTE', note])),
  ].filter(([, value = '']) => value !== '');
  return formatTable(['FIELD', 'VALUE'], rows);
}
