import { exitCodeOf, messageOf, TaskError } from '../domain/core/errors.ts';
import { escapeControls } from '../domain/core/log-text.ts';
import { countItems, type Item, type LongOutcome } from '../domain/reports/outcome.ts';
import { ownValue } from '../domain/core/json-object.ts';
import { reportParts, reportPath, type TaskEnd } from '../domain/reports/report.ts';
import type { Folder } from '../domain/core/ports.ts';
import type { RunnableTask, RawInput, TaskContext } from './define-task.ts';
import type { CommandTask } from './options.ts';
import type { EndLevel } from './log.ts';
import { parseInput, type Flags } from './parse-input.ts';
import { openTaskLog } from './task-log.ts';

/** Everything of the process that a run touches, so that tests can give their own. */
export interface Host extends Omit<TaskContext, 'noteProgram' | 'print'> {
  readonly now: () => number;
  readonly version: string;
  readonly nodeVersion: string;
  /** Folder for results, one file each. */
  readonly resultsFolder: Folder | undefined;
  /** How results are printed when there is no folder for them; undefined: not at all, because another task reads them. */
  readonly output: ResultsFormat | undefined;
  readonly openFolder: (path: string) => Folder;
  readonly stdout: (text: string) => void;
  readonly end: (level: EndLevel, text: string) => void;
}

interface Ending extends TaskEnd {
  readonly items: Iterable<Item>;
  readonly stdout?: string;
}

const exitWrongInput = 2;
const exitIncomplete = 4;

/**
 * Runs a task from flags to exit code: report and all declared results are written on every path.
 * @returns the exit code: 0, 1, 2, 3 or 4
 */
export async function runTask(task: RunnableTask, flags: Flags, host: Host): Promise<number> {
  const end = await completeTask(task, flags, host);
  printEnding(task, end, host);
  return end.exitCode;
}

/** Runs a task as `runTask` does, and gives how it ended in the place of the last line on stderr. */
export async function completeTask(task: RunnableTask, flags: Flags, host: Host): Promise<TaskEnd> {
  const startedAt = host.now();
  const programs = new Map([['node', host.nodeVersion]]);
  const noteProgram = (program: string, version: string): void => void programs.set(program, version);
  const print = (line: string): void => printLine(line, host);
  const { log, reportItems } = openTaskLog(host.log, { name: task.stepOf?.task ?? task.name, stage: task.stage });
  let input: RawInput | undefined;
  let ending: Ending;
  try {
    input = parseInput(task, flags, { isInPod: (host.environment['KUBERNETES_SERVICE_HOST'] ?? '') !== '' });
    ending = beforeLastStep(task, endingOf(await task.run(input, { ...host, log, noteProgram, print })));
  } catch (error) {
    ending = endingOfError(error);
  }
  reportItems(ending.items);
  return conclude({ task, input, ending, startedAt, programs, host });
}

/**
 * Ends a task whose command line cannot be parsed as one with wrong parameters ends: results are written, no report.
 * @returns the exit code 2
 */
export async function refuseTask(task: CommandTask, problem: string, host: Host): Promise<number> {
  const error = new TaskError('invalid-param', `reading the command line: ${problem}`, {
    remedy: `Run 'crane-tasks ${task.name} --help' for the options.`,
  });
  const ending = endingOfError(error);
  const end = await conclude({ task, input: undefined, ending, startedAt: host.now(), programs: new Map(), host });
  printEnding(task, end, host);
  return end.exitCode;
}

async function conclude(run: FinishedRun): Promise<TaskEnd> {
  const { task, ending, host } = run;
  const digest = (await leavesReport(run)) ? await writeReport(run) : '';
  const values = { ...ending.results, status: ending.status, 'report-digest': digest };
  const results = Object.fromEntries(Object.keys(task.results).map((name) => [name, ownValue(values, name) ?? '']));
  const hasTable = host.output === 'json' || Object.keys(ending.results).length > 0 || ending.stdout !== undefined;
  if (!isAtTerminal(host) || (hasTable && !isUsageError(run))) await writeResults(results, host, ending.stdout);
  const { exitCode, status, message, remedy } = ending;
  return { exitCode, status, message, remedy, results };
}

function endingOf(outcome: LongOutcome): Ending {
  const { failed } = countItems(outcome.items);
  return {
    exitCode: failed > 0 ? exitIncomplete : 0,
    status: failed > 0 ? 'incomplete' : 'succeeded',
    message: outcome.summary,
    remedy:
      failed > 0 ? (outcome.remedy ?? 'See the report for the failed items, fix their causes and run again.') : '',
    items: outcome.items,
    results: outcome.results,
    ...(outcome.stdout === undefined ? {} : { stdout: outcome.stdout }),
  };
}

function beforeLastStep({ stepOf }: CommandTask, ending: Ending): Ending {
  if (ending.exitCode !== 0 || stepOf?.isLast !== false) return ending;
  return { ...ending, status: 'incomplete', remedy: 'Read the log of the step that failed.' };
}

function endingOfError(error: unknown): Ending {
  const expected = error instanceof TaskError;
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    exitCode: exitCodeOf(error),
    status: expected ? error.code : 'defect',
    message: expected ? error.message : `unexpected error: ${stack ?? messageOf(error)}`,
    remedy: expected ? error.remedy : 'This is a defect of crane-tasks: please report it with the lines above.',
    items: [],
    results: {},
  };
}

interface FinishedRun {
  readonly task: CommandTask;
  readonly input: RawInput | undefined;
  readonly ending: Ending;
  readonly startedAt: number;
  readonly programs: ReadonlyMap<string, string>;
  readonly host: Host;
}

/** A person at a terminal reads what is wrong with the command line, and nothing else. */
function isUsageError({ ending, host }: FinishedRun): boolean {
  return isAtTerminal(host) && ending.status === 'invalid-param';
}

/** At a terminal, a command with wrong input does not create the folder for its report. */
async function leavesReport(run: FinishedRun): Promise<boolean> {
  const { ending, host } = run;
  if (!isAtTerminal(host) || ending.exitCode !== exitWrongInput) return true;
  const place = reportFolderOf(run);
  return !isUsageError(run) && place !== undefined && (await host.openFolder(place).list()).length > 0;
}

function isAtTerminal({ resultsFolder, output }: Host): boolean {
  return resultsFolder === undefined && output !== undefined;
}

function reportFolderOf({ task, input }: FinishedRun): string | undefined {
  return task.reportIn === undefined ? undefined : ownValue(input?.workspaces ?? {}, task.reportIn);
}

/** Digest of the written report, or empty: a report that cannot be written never hides how the run ended. */
async function writeReport(run: FinishedRun): Promise<string> {
  const { task, input, ending, startedAt, programs, host } = run;
  const place = reportFolderOf(run);
  if (input === undefined || place === undefined) return '';
  const name = task.stepOf?.task ?? task.name;
  const parts = {
    task: name,
    version: host.version,
    programs: Object.fromEntries(programs),
    status: ending.status,
    message: ending.message,
    remedy: ending.remedy,
    startedAt: new Date(startedAt).toISOString(),
    durationMilliseconds: Math.round(host.now() - startedAt),
    input: Object.fromEntries(
      Object.entries(input.params).map(([name, value]) => [name, shownValue(task, name, value)]),
    ),
    items: ending.items,
  };
  try {
    return await host.openFolder(place).writeParts(reportPath(name), reportParts(parts, host.log.redactor));
  } catch (error) {
    host.log.warn(`report not written: ${messageOf(error)}`);
    return '';
  }
}

/** A value for the report: `***` for one that may hold secrets. */
function shownValue({ params }: CommandTask, name: string, value: RawInput['params'][string]) {
  const param = ownValue(params, name);
  const isHidden = param?.type === 'string' && param.isSecret === true && (value ?? '') !== '';
  return isHidden ? '***' : (value ?? '');
}

/** Where the results on standard output are for programs, lines for people are part of the log. */
function printLine(line: string, { output, log, stdout }: Host): void {
  if (output === 'table') stdout(`${escapeControls(log.redactor.redact(line))}\n`);
  else if (output === 'json') log.info(line);
}

async function writeResults(
  results: Readonly<Record<string, string>>,
  host: Host,
  stdout: string | undefined,
): Promise<void> {
  const { redact } = host.log.redactor;
  const redacted = Object.entries(results).map(([name, value]) => [name, redact(value)] as const);
  if (host.resultsFolder === undefined) {
    if (host.output === undefined) return;
    const ownOutput = host.output === 'json' ? undefined : stdout;
    host.stdout(ownOutput ?? formatResults(Object.fromEntries(redacted), host.output));
    return;
  }
  if (stdout !== undefined) host.stdout(stdout);
  for (const [name, value] of redacted) {
    try {
      await host.resultsFolder.write(name, value);
    } catch (error) {
      host.log.warn(`result ${name} not written: ${messageOf(error)}`);
    }
  }
}

function printEnding(task: CommandTask, { exitCode, message, remedy }: TaskEnd, host: Host): void {
  const { redact } = host.log.redactor;
  const level = exitCode === 0 ? 'info' : 'error';
  if (exitCode === 1) host.end(level, redact(message));
  const cause = exitCode === 1 ? 'unexpected error' : message;
  const text = exitCode === 0 ? `${task.name}: ${cause}` : `${task.name}: ${cause}. ${remedy}`;
  host.end(level, escapeControls(redact(text)));
}

export type ResultsFormat = 'table' | 'json';

/** Results for standard output: whole as JSON, or those with a value as a table. */
function formatResults(results: Readonly<Record<string, string>>, format: ResultsFormat): string {
  if (format === 'json') return JSON.stringify(results, undefined, 2) + '\n';
  const rows = Object.entries(results).filter(([, value]) => value !== '');
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${escapeControls(value)}\n`).join('');
}
