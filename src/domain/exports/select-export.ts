import { TaskError } from '../core/errors.ts';
import { imageOf, recordName, type StoredExport } from './export-record.ts';

/**
 * The export that a text names: its id, the name that the user chose, its tag, its ConfigMap or its image.
 * @returns undefined when there is none
 * @throws TaskError `invalid-param` when several have the name
 */
export function selectExport(exports: readonly StoredExport[], wanted: string): StoredExport | undefined {
  const byId = exports.find(({ entry }) => entry.id === wanted || recordName(entry.id) === wanted);
  if (byId !== undefined) return byId;
  const found = exports.filter(
    ({ entry }) => entry.name === wanted || entry.image === wanted || imageOf(entry).tag === wanted,
  );
  if (found.length < 2) return found[0];
  const ids = found.map(({ entry }) => entry.id).join(', ');
  throw new TaskError('invalid-param', `looking for export ${JSON.stringify(wanted)}: several have this name`, {
    remedy: `Give one of their ids: ${ids}.`,
  });
}
