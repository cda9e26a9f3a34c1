import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from './child.ts';
import { ClusterError } from './errors.ts';
import { waitFor } from './wait.ts';

/** A process that outlives the one that starts it, known by its name within a folder. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  /** Clock ticks from boot to start: together with the pid it tells our process from a later one with the same pid. */
  readonly startTime: string;
  /** Digest of the command; another one means that the process must be started anew. */
  readonly commandDigest: string;
}

/** Where the process belongs: records and logs go below `folder`; `enter` is put before the command, as in `nsenter --net=… --`. */
export interface ProcessPlace {
  readonly folder: string;
  readonly enter: readonly string[];
}

/** Starts the process unless it runs with the same command already. `version` restarts it when what it runs has changed. */
export async function ensureProcess(
  place: ProcessPlace,
  name: string,
  command: Command & { readonly version?: string },
): Promise<void> {
  const commandDigest = createHash('sha256')
    .update(JSON.stringify([place.enter, command]))
    .digest('hex');
  const known = readRecord(place.folder, name);
  if (known !== undefined && isRunning(known)) {
    if (known.commandDigest === commandDigest) return;
    await stopProcesses([known], 'SIGTERM');
  }
  const pid = spawnDetached(place, name, command);
  const startTime = startTimeOf(pid);
  if (startTime === undefined)
    throw new ClusterError(
      'process-ended',
      `starting ${name}: it ended at once; its log is ${logFile(place.folder, name)}`,
    );
  writeFileSync(
    recordFile(place.folder, name),
    JSON.stringify({ name, pid, startTime, commandDigest } satisfies ProcessRecord),
  );
}

/** All processes recorded in the folder, running or not. */
export function listProcesses(folder: string): ProcessRecord[] {
  const records = path.join(folder, 'processes');
  if (!existsSync(records)) return [];
  const names = readdirSync(records)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  return names.sort().flatMap((name) => readRecord(folder, name) ?? []);
}

/** Whether exactly the recorded process still runs; one that has ended but was not waited for does not count. */
export function isRunning(record: Pick<ProcessRecord, 'pid' | 'startTime'>): boolean {
  return startTimeOf(record.pid) === record.startTime;
}

/** Throws ClusterError `process-ended` with the end of its log when a recorded process is gone. */
export function assertRunning(folder: string, name: string): void {
  const record = readRecord(folder, name);
  if (record !== undefined && isRunning(record)) return;
  throw new ClusterError(
    'process-ended',
    `running ${name}: it ended; the end of ${logFile(folder, name)}:\n${lastLines(logFile(folder, name), 15)}`,
  );
}

/** Ends processes and waits until they are gone; SIGKILL follows when a polite signal does nothing within 5 s. */
export async function stopProcesses(
  records: readonly Pick<ProcessRecord, 'pid' | 'startTime'>[],
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  const running = records.filter(isRunning);
  if (running.length === 0) return;
  for (const { pid } of running) sendSignal(pid, signal);
  const deadline = performance.now() + (signal === 'SIGTERM' ? 5000 : 0);
  await waitFor({
    what: `the end of ${String(running.length)} processes`,
    seconds: 30,
    everyMs: 50,
    check: () => {
      const left = running.filter(isRunning);
      if (performance.now() > deadline) for (const { pid } of left) sendSignal(pid, 'SIGKILL');
      return Promise.resolve(
        left.length === 0 ? undefined : `still there: ${left.map(({ pid }) => String(pid)).join(' ')}`,
      );
    },
  });
}

/** The pid of a recorded process that runs. */
export function runningPid(folder: string, name: string): number | undefined {
  const record = readRecord(folder, name);
  return record !== undefined && isRunning(record) ? record.pid : undefined;
}

/** Clock ticks from boot to the start of a process; undefined when there is none or only its exit status is left. */
export function startTimeOf(pid: number): string | undefined {
  try {
    // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')
        .at(-1)
        ?.split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Where a process writes what it has to say. */
export function logFile(folder: string, name: string): string {
  return path.join(folder, 'logs', `${name}.log`);
}

/** The last lines of a log, or a word about its absence. */
export function lastLines(file: string, count: number): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n') : '(no log)';
}

function spawnDetached(place: ProcessPlace, name: string, command: Command): number {
  mkdirSync(path.join(place.folder, 'processes'), { recursive: true });
  mkdirSync(path.join(place.folder, 'logs'), { recursive: true });
  const log = openSync(logFile(place.folder, name), 'a');
  const [file = command.file, ...args] = [...place.enter, command.file, ...command.args];
  // Collecting garbage less often trades memory, of which there is enough, for processor time, of which there is not.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], GOGC: '400', ...command.env };
  const child = spawn(file, args, { cwd: place.folder, detached: true, stdio: ['ignore', log, log], env });
  closeSync(log);
  child.unref();
  // The missing pid says it already; without a listener the event would end this program.
  child.on('error', () => undefined);
  if (child.pid === undefined)
    throw new ClusterError('command-failed', `starting ${name}: ${file} cannot be run; is it installed?`);
  return child.pid;
}

function readRecord(folder: string, name: string): ProcessRecord | undefined {
  const file = recordFile(folder, name);
  if (!existsSync(file)) return undefined;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (
    typeof value !== 'object' ||
    value === null ||
    !('pid' in value) ||
    !('startTime' in value) ||
    !('commandDigest' in value)
  )
    return undefined;
  const { pid, startTime, commandDigest } = value;
  return typeof pid === 'number' && typeof startTime === 'string' && typeof commandDigest === 'string'
    ? { name, pid, startTime, commandDigest }
    : undefined;
}

function recordFile(folder: string, name: string): string {
  return path.join(folder, 'processes', `${name}.json`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}
