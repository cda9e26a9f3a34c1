import { TaskError } from '../core/errors.ts';
import { imageOf, recordName, type StoredExport } from './export-record.ts';

/**
 * The export that a text names: its id, the name that the user chose, its tag, its ConfigMap or its image. Of several with
 * a name, the only one that is ready is meant: failed and deleted ones have no image.
 * @returns undefined when there is none
 * @throws TaskError `invalid-param` when several have the name
 */
export function selectExport(exports: readonly StoredExport[], wanted: string): StoredExport | undefined {
  const byId = exports.find(({ entry }) => entry.id === wanted || recordName(entry.id) === wanted);
  if (byId !== undefined) return byId;
  const found = exports.filter(
    ({ entry }) => entry.name === wanted || entry.image === wanted || imageOf(entry).tag === wanted,
  );
  const ready = found.filter(({ entry }) => entry.state === 'ready');
  const [only, ...others] = ready.length === 0 ? found : ready;
  if (others.length === 0) return only;
  const ids = found.map(({ entry }) => entry.id).join(', ');
  throw new TaskError('invalid-param', `looking for export ${JSON.stringify(wanted)}: several have this name`, {
    remedy: `Give one of their ids: ${ids}.`,
  });
}
