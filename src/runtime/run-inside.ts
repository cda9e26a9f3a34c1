import { ownValue } from '../domain/core/json-object.ts';
import type { Folder, Log } from '../domain/core/ports.ts';
import type { TaskEnd, TaskTexts } from '../domain/reports/report.ts';
import type { RunnableTask, TaskContext } from './define-task.ts';
import { ownProcess } from './process.ts';
import { completeTask } from './run-task.ts';
import { subjectOf } from './task-log.ts';
import { version } from './version.ts';

export interface InnerOptions {
  /** Stands before each of its lines. */
  readonly name: string;
  readonly context: TaskContext;
  readonly openFolder: (path: string) => Folder;
}

/** Runs a task inside another one as its own process would, with its report; results are returned and not written. */
export async function runInside(
  task: RunnableTask,
  { params, workspaces }: TaskTexts,
  { name, context, openFolder }: InnerOptions,
): Promise<TaskEnd> {
  const paths = Object.entries(task.workspaces).map(([key, { flag }]) => [flag, ownValue(workspaces, key)] as const);
  const end = await completeTask(
    task,
    { ...params, ...Object.fromEntries(paths) },
    {
      ...context,
      log: prefixed(context.log, name),
      now: Date.now,
      version,
      nodeVersion: ownProcess.nodeVersion,
      resultsFolder: undefined,
      output: undefined,
      openFolder,
      stdout: () => undefined,
      end: () => undefined,
    },
  );
  if (end.exitCode === 0) context.log.info(`${name}: ${end.message}`);
  else context.log.warn(`${name}: ${end.message}. ${end.remedy}`);
  return end;
}

function prefixed(log: Log, name: string): Log {
  return {
    redactor: log.redactor,
    debug: (message) => log.debug(`${name}: ${message}`),
    info: (message) => log.info(`${name}: ${message}`),
    warn: (message) => log.warn(`${name}: ${message}`),
    progress: (done, total, subject) => {
      const { message, ...rest } = subjectOf(subject);
      log.progress(done, total, message === undefined ? rest : { ...rest, message: `${name}: ${message}` });
    },
    item: (item, text) => log.item(item, text === undefined ? undefined : `${name}: ${text}`),
  };
}
