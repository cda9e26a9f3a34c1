import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { ExportState } from '../../../domain/exports/export-entry.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import { exportStates, isExportState } from '../../../domain/exports/export-state.ts';

/** The states that a list leaves out. @throws TaskError `invalid-param` */
export function parseStates(text: string): readonly ExportState[] {
  return parseCommaList(text).map((state) => {
    if (isExportState(state)) return state;
    throw new TaskError('invalid-param', `--hide: unknown state ${JSON.stringify(state)}`, {
      remedy: `The states are ${exportStates.join(', ')}.`,
    });
  });
}

/** A ConfigMap that claims to be a record. */
export function invalidRecord(name: string): Item<'exports'> {
  return { id: `ConfigMap ${name}`, outcome: 'failed', reason: 'record-invalid' };
}
