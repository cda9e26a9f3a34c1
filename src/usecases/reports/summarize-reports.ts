import type { Outcome } from '../../domain/reports/outcome.ts';
import { formatSummary, parseReportLine, type ReportLine } from '../../domain/reports/summary.ts';
import type { Folder } from '../../domain/core/folder.ts';
import type { Log } from '../../domain/core/log.ts';

/** Order of a move; reports of other tasks come after, by name. */
const order = [
  'crane-export',
  'crane-skopeo-sync-gen',
  'crane-skopeo-sync',
  'crane-transform',
  'crane-apply',
  'crane-kustomize-init',
  'kubectl-apply-kustomize',
  'kubectl-apply-files',
];

/** Prints all reports found below a shared workspace as one table, and keeps it as `summary.txt`. */
export async function summarizeReports(
  { status, folder }: { status: string; folder: Folder },
  log: Log,
): Promise<Outcome<'summary'>> {
  const paths = (await folder.list()).filter((path) => /(^|\/)reports\/[^/]+\.json$/.test(path));
  const lines: ReportLine[] = [];
  for (const path of paths) {
    const line = parseReport((await folder.read(path)) ?? '', path, log);
    if (line !== undefined) lines.push(line);
  }
  lines.sort((a, b) => rank(a) - rank(b) || (a.task < b.task ? -1 : 1));
  const text = formatSummary(lines);
  await folder.write('summary.txt', text + '\n');
  const broken = lines.filter((line) => line.status !== 'succeeded').map((line) => line.task);
  const failed = lines.reduce((sum, line) => sum + line.failed, 0);
  const verdict = verdictOf(lines.length, broken);
  const summary = `${status === '' ? '' : `run ${status}: `}${String(lines.length)} reports, ${verdict}, ${String(failed)} items failed`;
  return { items: [], results: { summary }, summary, stdout: text + '\n' };
}

function verdictOf(reports: number, broken: readonly string[]): string {
  if (reports === 0) return 'no task came as far as a report';
  return broken.length === 0 ? 'all succeeded' : `not succeeded: ${broken.join(', ')}`;
}

function parseReport(text: string, path: string, log: Log): ReportLine | undefined {
  try {
    const line = parseReportLine(JSON.parse(text));
    if (line === undefined) log.warn(`${path} is not a report of a task: left out`);
    return line;
  } catch {
    // The message of the parser would quote the file.
    log.warn(`reading ${path}: invalid JSON: left out`);
    return undefined;
  }
}

function rank({ task }: ReportLine): number {
  const found = order.indexOf(task);
  return found < 0 ? order.length : found;
}
