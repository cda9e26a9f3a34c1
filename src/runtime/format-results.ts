import { escapeControls } from '../domain/core/log-text.ts';

export type ResultsFormat = 'table' | 'json';

/** Results for standard output: whole as JSON, or those with a value as a table. */
export function formatResults(results: Readonly<Record<string, string>>, format: ResultsFormat): string {
  if (format === 'json') return JSON.stringify(results, undefined, 2) + '\n';
  const rows = Object.entries(results).filter(([, value]) => value !== '');
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${escapeControls(value)}\n`).join('');
}
