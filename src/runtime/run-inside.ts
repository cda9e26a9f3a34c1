import type { Folder } from '../domain/core/folder.ts';
import type { Log } from '../domain/core/log.ts';
import type { AnyTask, TaskContext } from './define-task.ts';
import { ownProcess } from './process.ts';
import { runTask } from './run-task.ts';
import { version } from './version.ts';

/** How a task ended that ran inside another one. */
export interface InnerEnd {
  readonly exitCode: number;
  readonly results: Readonly<Record<string, string>>;
  /** The line with which its process would have ended. */
  readonly message: string;
}

export interface InnerOptions {
  /** Stands before each of its lines. */
  readonly name: string;
  readonly context: TaskContext;
  readonly openFolder: (path: string) => Folder;
}

/**
 * Runs a task inside another one exactly as its own process would, report and results included; results stay in memory,
 * and what it prints to standard output is passed over.
 */
export async function runInside(
  task: AnyTask,
  flags: Readonly<Record<string, string>>,
  { name, context, openFolder }: InnerOptions,
): Promise<InnerEnd> {
  const results = new Map<string, string>();
  const lines: string[] = [];
  const exitCode = await runTask(task, flags, {
    log: prefixed(context.log, name),
    signal: context.signal,
    environment: context.environment,
    now: Date.now,
    version,
    nodeVersion: ownProcess.nodeVersion,
    resultsFolder: folderOf(results),
    openFolder,
    stdout: () => undefined,
    stderr: (text) => lines.push(text.trimEnd()),
  });
  const message = lines.join('\n').replace(`${task.name}: `, '');
  if (exitCode === 0) context.log.info(`${name}: ${message}`);
  else context.log.warn(`${name}: ${message}`);
  return { exitCode, results: Object.fromEntries(results), message };
}

function prefixed(log: Log, name: string): Log {
  return {
    redactor: log.redactor,
    debug: (message) => {
      log.debug(`${name}: ${message}`);
    },
    info: (message) => {
      log.info(`${name}: ${message}`);
    },
    warn: (message) => {
      log.warn(`${name}: ${message}`);
    },
    progress: (done, total, message) => {
      log.progress(done, total, `${name}: ${message}`);
    },
  };
}

/** A folder in memory that only takes files, which is all that results need. */
function folderOf(files: Map<string, string>): Folder {
  return {
    path: '',
    read: (path) => Promise.resolve(files.get(path)),
    write: (path, text) => {
      files.set(path, text);
      return Promise.resolve();
    },
    remove: () => Promise.resolve(),
    list: () => Promise.resolve([...files.keys()]),
    folder: () => folderOf(files),
  };
}
