import type { Outcome } from '../../domain/reports/outcome.ts';
import { recoveryUrl } from '../../domain/reports/recovery.ts';
import { printReport, type Digest } from '../../domain/reports/printed-reports.ts';
import { formatSummary, parseReportLine, type ReportLine } from '../../domain/reports/summary.ts';
import type { Log, Folder } from '../../domain/core/ports.ts';

export interface SummaryInput {
  /** How the run ended; empty: not mentioned. */
  readonly status: string | undefined;
  readonly folder: Folder;
  /** In the order of a move; reports of other tasks come after, by name. `recovery`: anchor in docs/recovery.md. */
  readonly tasks: readonly { readonly name: string; readonly recovery: string | undefined }[];
  /** Whether each report is printed too, so that programs find it in the log. */
  readonly isPrinted: boolean;
}

export interface SummaryPorts {
  readonly log: Log;
  readonly print: (line: string) => void;
  readonly sha256: Digest;
}

/** What Tekton says of a run in which no task failed; `Completed`: some were skipped. */
const succeeded: ReadonlySet<string> = new Set(['Succeeded', 'Completed']);

/** Prints all reports found below a shared workspace as one table, and keeps it as `summary.txt`. */
export async function summarizeReports(
  { status, folder, tasks, isPrinted }: SummaryInput,
  { log, print, sha256 }: SummaryPorts,
): Promise<Outcome<'summary', never>> {
  const paths = (await folder.list()).filter((path) => /(^|\/)reports\/[^/]+\.json$/.test(path));
  const lines: ReportLine[] = [];
  for (const path of paths) {
    const text = (await folder.read(path)) ?? '';
    const line = parseReport(text, path, log);
    if (line === undefined) continue;
    lines.push(line);
    if (isPrinted) printReport({ path, text }, sha256).forEach(print);
  }
  const ranks = new Map(tasks.map(({ name }, index) => [name, index]));
  const rank = ({ task }: ReportLine): number => ranks.get(task) ?? tasks.length;
  lines.sort((a, b) => rank(a) - rank(b) || (a.task < b.task ? -1 : 1));
  const recoveries = new Map(tasks.map(({ name, recovery }) => [name, recovery && recoveryUrl(recovery)]));
  const broken = lines.filter((line) => line.status !== 'succeeded');
  const isEarlier = succeeded.has(status ?? '') && broken.length > 0;
  const names = broken.map((line) => line.task).join(', ');
  const table = formatSummary(lines, (task) => recoveries.get(task));
  const text = isEarlier ? `${table}\n\nreports of an earlier run, which this run did not repeat: ${names}` : table;
  await folder.write('summary.txt', text + '\n');
  const counted = isEarlier ? lines.filter((line) => !broken.includes(line)) : lines;
  const failed = counted.reduce((sum, line) => sum + line.failed, 0);
  const verdict = verdictOf(counted.length, names, isEarlier);
  const summary = `${status === undefined ? '' : `run ${status}: `}${String(counted.length)} reports, ${verdict}, ${String(failed)} items failed`;
  return { items: [], results: { summary }, summary, stdout: text + '\n' };
}

function verdictOf(reports: number, broken: string, isEarlier: boolean): string {
  if (isEarlier) return `all succeeded (an earlier run has reports of ${broken})`;
  if (reports === 0) return 'no task came as far as a report';
  return broken === '' ? 'all succeeded' : `not succeeded: ${broken}`;
}

function parseReport(text: string, path: string, log: Log): ReportLine | undefined {
  try {
    const line = parseReportLine(JSON.parse(text), log.redactor);
    if (line === undefined) log.warn(`${path} is not a report of a task: left out`);
    return line;
  } catch {
    // The message of the parser would quote the file.
    log.warn(`reading ${path}: invalid JSON: left out`);
    return undefined;
  }
}
