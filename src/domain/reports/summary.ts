import { escapeControls } from '../core/log-text.ts';
import { isObject, stringAt, valueAt } from '../core/json-object.ts';
import type { Redactor } from '../core/secret.ts';

export interface ReportLine {
  readonly task: string;
  readonly status: string;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly seconds: number;
  readonly message: string;
  readonly failures: readonly string[];
}

/** Address of what to do when a task failed, by the name of the task; undefined when no chapter is about it. */
export type RecoveryOf = (task: string) => string | undefined;

const shownFailures = 10;

/** Reads one report, redacted and with its control characters escaped; undefined when the value is none. */
export function parseReportLine(value: unknown, redactor: Redactor): ReportLine | undefined {
  const cleanAt = cleanerOf(redactor);
  const task = cleanAt(value, 'task');
  const status = cleanAt(value, 'status');
  if (task === undefined || status === undefined) return undefined;
  return {
    task,
    status,
    done: numberAt(value, 'done'),
    skipped: numberAt(value, 'skipped'),
    failed: numberAt(value, 'failed'),
    seconds: Number(valueAt(value, 'durationMilliseconds') ?? 0) / 1000,
    message: cleanAt(value, 'message') ?? '',
    failures: failuresOf(valueAt(value, 'items'), cleanAt),
  };
}

/** A table for people: one line per task, then what failed. */
export function formatSummary(lines: readonly ReportLine[], recoveryOf: RecoveryOf): string {
  const header = ['TASK', 'STATUS', 'DONE', 'SKIPPED', 'FAILED', 'SECONDS'];
  const rows = lines.map(({ task, status, done, skipped, failed, seconds }) => {
    return [task, status, String(done), String(skipped), String(failed), seconds.toFixed(1)];
  });
  const table = alignColumns([header, ...rows]);
  const failures = lines.flatMap((line) => describeFailures(line, recoveryOf(line.task)));
  return [...table, ...failures].join('\n');
}

function describeFailures(
  { task, status, message, failures }: ReportLine,
  recovery: string | undefined,
): readonly string[] {
  if (status === 'succeeded') return [];
  const shown = failures.slice(0, shownFailures).map((failure) => `  - ${failure}`);
  const more = failures.length - shown.length;
  const rest = more > 0 ? [`  and ${String(more)} more, see the report`] : [];
  const remedy = recovery === undefined ? [] : [`  what to do: ${recovery}`];
  return ['', `${task}: ${message}`, ...shown, ...rest, ...remedy];
}

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => String(row[column]).length));
  const toLine = (cells: readonly string[]): string => cells.join('  ').trimEnd();
  return rows.map((row) => toLine(row.map((cell, column) => cell.padEnd(widthOf(column)))));
}

function numberAt(value: unknown, count: string): number {
  const found = valueAt(value, 'counts', count);
  return typeof found === 'number' ? found : 0;
}

function failuresOf(items: unknown, cleanAt: CleanAt): readonly string[] {
  if (!Array.isArray(items)) return [];
  return items
    .filter((item) => isObject(item) && item['outcome'] === 'failed')
    .map((item) => ['id', 'reason', 'message'].map((member) => cleanAt(item, member)).join(' '));
}

type CleanAt = (value: unknown, member: string) => string | undefined;

/** Reports repeat what servers wrote: it must not move the cursor, forge a line or show a secret. */
function cleanerOf({ redact }: Redactor): CleanAt {
  return (value, member) => {
    const text = stringAt(value, member);
    return text === undefined ? undefined : escapeControls(redact(text));
  };
}
