import { openFolder } from '../../adapters/files/local-folder.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import type { TaskEnd, TaskTexts } from '../../domain/reports/report.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import { runInside } from '../../runtime/run-inside.ts';
import { failedRuns, itemsOfRuns, resultsOfRuns, throwFirstError } from '../../usecases/migrate/join-runs.ts';
import { runStages, type ResultOf, type Stage } from '../../usecases/migrate/run-stages.ts';

/** A task that runs inside another one. Empty values are those of params that are not given. */
export interface InnerTask {
  /** Stands before each of its lines. */
  readonly name: string;
  readonly task: string;
  /** Names of inner tasks that must have succeeded before. */
  readonly after?: readonly string[];
  readonly params: (resultOf: ResultOf) => Readonly<Record<string, Text>>;
  readonly workspaces: TaskTexts['workspaces'];
}

type Text = string | number | boolean | undefined;

export interface InnerEnd<R extends string> {
  readonly summary: string;
  readonly results: Readonly<Record<R, string>>;
}

const exitIncomplete = 4;

/** Runs one task inside another one, with its report. @throws Error when there is none of that name */
export async function runInnerTask(
  task: string,
  input: TaskTexts,
  inner: { readonly name: string; readonly context: TaskContext },
): Promise<TaskEnd> {
  const load = inner.context.findTask(task);
  if (load === undefined) throw new Error(`no task is named ${task}`);
  return runInside(await load(), input, { ...inner, openFolder });
}

/**
 * Runs tasks inside another one in one pod, those that do not need each other in parallel. Each writes its own report.
 * @throws TaskError the one of an inner task
 */
export async function runInnerTasks<R extends string>(
  tasks: readonly InnerTask[],
  context: TaskContext,
  conclude: (resultOf: ResultOf) => InnerEnd<R>,
): Promise<Outcome<R, 'migrate'>> {
  const runs = await runStages(tasks.map(toStage), {
    run: ({ name, task }, input) => runInnerTask(task, input, { name, context }),
    now: Date.now,
  });
  throwFirstError(runs.filter(({ end }) => end?.exitCode !== exitIncomplete));
  const { summary, results } = conclude(resultsOfRuns(runs));
  const failed = failedRuns(runs).map(({ stage, end }) => `${stage.name}: ${end?.message ?? ''}`);
  return {
    items: itemsOfRuns(runs),
    results,
    summary: failed.length === 0 ? summary : failed.join('; '),
    remedy: failedRuns(runs)
      .map(({ end }) => end?.remedy ?? '')
      .join(' '),
  };
}

function toStage({ name, task, after = [], params, workspaces }: InnerTask): Stage {
  const input = (resultOf: ResultOf): TaskTexts => ({ params: textsOf(params(resultOf)), workspaces });
  return { name, task, after, writes: false, input };
}

/** Those of the values that an inner task has params for. */
export function pickParams<T>(values: Readonly<Record<string, T>>, params: object): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(params, name)));
}

/** Values of params as the command line has them. */
export function textsOf(values: Readonly<Record<string, Text>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value ?? '')]));
}
