import { escapeControls } from '../core/log-text.ts';

/** Rows below their headings, in columns as kubectl prints them. An empty list prints nothing but the headings. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows.map((row) => row.map(escapeControls))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** A time of RFC 3339, as a table has it: `2026-01-31 10:00:00`. */
export function formatTime(time: string): string {
  return time.slice(0, 'yyyy-mm-dd hh:mm:ss'.length).replace('T', ' ');
}
