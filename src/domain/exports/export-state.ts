import type { ExportEntry, ExportState } from './export-entry.ts';

/** A run writes its record at least this often, in milliseconds. */
export const beatEvery = 20_000;
/** Milliseconds without a sign of life after which a run counts as dead. */
export const silenceOfDeadRun = 180_000;

/** All states, in the order of their explanations. */
export const exportStates = [
  'in-progress',
  'interrupted',
  'ready',
  'failed',
  'deleted',
  'delete-failed',
] as const satisfies readonly ExportState[];

/** Whether a text is a state of an export. */
export function isExportState(text: string): text is ExportState {
  return exportStates.some((state) => state === text);
}

/**
 * What an export is now. The clocks of the run and of the reader are compared, so they must not differ by minutes. A time
 * that cannot be read is long ago.
 * @param now milliseconds since 1970
 */
export function stateOf({ state, updated }: Pick<ExportEntry, 'state' | 'updated'>, now: number): ExportState {
  if (state !== 'in-progress') return state;
  const last = Date.parse(updated);
  return Number.isNaN(last) || now - last > silenceOfDeadRun ? 'interrupted' : 'in-progress';
}

/** RFC 3339 with seconds. @param milliseconds since 1970 */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`;
}
