import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';
import type { RunAction } from './run-action.ts';
import { recoveryOf, type FailedRun, type Recovery } from './recovery.ts';
import { childTasksOf, factsOfRun, factsOfTask, type RunFacts, type RunKind, type TaskFacts } from './run-facts.ts';

/** Where a migration is. */
export type Phase =
  | 'never-run'
  | 'staging'
  | 'staged'
  | 'cutting-over'
  /** A run without claims is running: of an application, or of its images alone. */
  | 'moving'
  | 'copying-images'
  | 'succeeded'
  /** Some items failed (exit code 4); the report names them. */
  | 'incomplete'
  | 'failed'
  | 'cancelled'
  | 'taking-back'
  | 'taken-back'
  | 'accepted';

/** Why the last run of a migration did not succeed. */
export interface Failure extends FailedRun {
  /** Name of the Task, for its report; undefined when no task failed. */
  readonly message: string;
  readonly recovery: Recovery;
}

export interface MigrationState {
  readonly phase: Phase;
  /** Actions that the plan of the migration has; undefined: unknown. */
  readonly planned: readonly RunAction[] | undefined;
  /** The newest run that moves something; undefined: none was started. */
  readonly run: RunFacts | undefined;
  /** A run or a TaskRun that changes something has not ended. */
  readonly running: RunFacts | undefined;
  /** Of the newest run; undefined unless it failed, is incomplete or was cancelled. */
  readonly failure: Failure | undefined;
  /** Whether the destination has objects of the migration. */
  readonly hasApplied: boolean;
  /** Runs whose objects the destination has, newest first: they are taken back in this order. */
  readonly applied: readonly string[];
  /** Whether the workloads at the source are scaled to zero. */
  readonly source: 'running' | 'stopped' | 'unknown';
  /** When the last stage ended that succeeded, RFC 3339; undefined: none did. */
  readonly stagedAt: string | undefined;
  readonly isAccepted: boolean;
}

/** Objects of one migration as the API server has them. They are read defensively: any of them may be anything. */
export interface MigrationObjects {
  readonly configMap: unknown;
  /** PipelineRuns. */
  readonly runs: readonly unknown[];
  readonly taskRuns: readonly unknown[];
  /** Parsed reports of the newest run, as far as they are known. */
  readonly reports?: readonly unknown[];
}

/** Annotation of the ConfigMap with the time at which the user accepted the destination. */
export const acceptedAnnotation = 'crane-tasks.dev/accepted';

const applyTask = 'apply-to-cluster';
/** Tasks of `finally`: they run whatever failed before. */
const lastTasks: readonly string[] = ['restore-scale', 'summary'];
const moves: readonly RunKind[] = ['stage', 'cutover', 'app', 'images'] satisfies readonly RunAction[];
const runningPhases: Readonly<Record<RunAction, Phase>> = {
  stage: 'staging',
  cutover: 'cutting-over',
  app: 'moving',
  images: 'copying-images',
};

interface Move {
  readonly facts: RunFacts & { readonly kind: RunAction };
  readonly tasks: readonly TaskFacts[];
  /** Tasks that had a TaskRun. */
  readonly started: readonly string[];
}

/** Reads the state of a migration from its objects. */
export function stateOf({ configMap, runs, taskRuns, reports = [] }: MigrationObjects): MigrationState {
  const tasks = taskRuns.map(factsOfTask);
  const sorted = runs.map((run) => moveOf(run, tasks)).filter(isStartedMove);
  const history = sorted.toSorted((a, b) => byCreation(a.facts, b.facts));
  const own = tasks.filter(({ run }) => run === '').toSorted(byCreation);
  const takeBacks = own.filter(isEndedTakeBack);
  const newest = history.at(-1);
  const applied = history.filter((move) => mayHaveApplied(move, reports) && !isTakenBack(move, takeBacks));
  const isAccepted = (stringAt(configMap, 'metadata', 'annotations', acceptedAnnotation) ?? '') !== '';
  const running = [...history.map(({ facts }) => facts), ...own.filter(changesSomething)].find(
    ({ result }) => result === 'running',
  );
  const failure = newest === undefined ? undefined : failureOf(newest, reports, takeBacks);
  const stage = history.filter(({ facts: { kind, result } }) => kind === 'stage' && result === 'succeeded').at(-1);
  return {
    phase: phaseOf({ newest, running, takeBacks, failure, isAccepted }),
    planned: plannedOf(configMap),
    run: newest?.facts,
    running,
    failure,
    hasApplied: applied.length > 0,
    applied: applied.map(({ facts }) => facts.name).toReversed(),
    source: sourceOf(history, own),
    stagedAt: stage?.facts.endedAt,
    isAccepted,
  };
}

function moveOf(run: unknown, tasks: readonly TaskFacts[]): { facts: RunFacts } & Omit<Move, 'facts'> {
  const facts = factsOfRun(run);
  const own = tasks.filter((task) => task.run === facts.name && facts.name !== '');
  // A TaskRun without a pod did nothing; of one that is deleted nothing is known.
  const known = new Set(own.map(({ task }) => task));
  const gone = childTasksOf(run).filter((task) => !known.has(task));
  const started = [...own.filter(({ hasStarted }) => hasStarted).map(({ task }) => task), ...gone];
  return { facts, tasks: own, started };
}

function isStartedMove(move: ReturnType<typeof moveOf>): move is Move {
  return moves.includes(move.facts.kind) && move.facts.result !== 'pending';
}

function byCreation(a: RunFacts, b: RunFacts): number {
  const [one, other] = [`${a.createdAt} ${a.name}`, `${b.createdAt} ${b.name}`];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function changesSomething({ kind, isDryRun }: TaskFacts): boolean {
  return kind === 'restart-source' || (kind === 'take-back' && !isDryRun);
}

/** Errs on the side of objects that are there: a cutover over a running application would lose its data. */
function mayHaveApplied({ facts, started }: Move, reports: readonly unknown[]): boolean {
  if (facts.kind !== 'cutover' && facts.kind !== 'app') return false;
  return facts.result === 'succeeded' || started.includes(applyTask) || reports.some(isApplied);
}

function isApplied(report: unknown): boolean {
  const task = stringAt(report, 'task');
  const done = valueAt(report, 'counts', 'done');
  return task === 'kubectl-apply-kustomize' && typeof done === 'number' && done > 0;
}

/** One that left nothing but changed objects which the user wants to keep counts as well. */
function isEndedTakeBack({ kind, isDryRun, result, hasKeptChanges }: TaskFacts): boolean {
  if (kind !== 'take-back' || isDryRun) return false;
  return result === 'succeeded' || (result === 'incomplete' && hasKeptChanges);
}

/** A take-back that names no run is one of all runs before it. */
function isTakenBack({ facts }: Move, takeBacks: readonly TaskFacts[]): boolean {
  return takeBacks.some(({ volumeOf, createdAt }) => {
    return (volumeOf === '' || volumeOf === facts.name) && createdAt >= facts.createdAt;
  });
}

function failureOf(
  { facts, tasks, started }: Move,
  reports: readonly unknown[],
  takeBacks: readonly TaskFacts[],
): Failure | undefined {
  if (facts.result === 'succeeded' || facts.result === 'running') return undefined;
  const move: Move = { facts, tasks, started };
  const hasApplied = mayHaveApplied(move, reports) && !isTakenBack(move, takeBacks);
  const failed = failedTaskOf(tasks);
  const task = facts.result === 'cancelled' ? undefined : failed?.task;
  const message = (task === undefined ? undefined : failed?.message) ?? facts.message;
  const run = { task, action: facts.kind, hasApplied };
  return { ...run, message, recovery: recoveryOf(run) };
}

/** The task that failed first; those of `finally` count when no other failed. */
function failedTaskOf(tasks: readonly TaskFacts[]): TaskFacts | undefined {
  const failed = tasks
    .filter(({ result }) => result === 'failed' || result === 'incomplete')
    .toSorted((a, b) => (a.endedAt < b.endedAt ? -1 : 1));
  return failed.find(({ task }) => !lastTasks.includes(task)) ?? failed[0];
}

interface Known {
  readonly newest: Move | undefined;
  readonly running: RunFacts | undefined;
  readonly takeBacks: readonly TaskFacts[];
  readonly failure: Failure | undefined;
  readonly isAccepted: boolean;
}

function phaseOf({ newest, running, takeBacks, failure, isAccepted }: Known): Phase {
  if (running?.kind === 'take-back') return 'taking-back';
  if (newest?.facts.result === 'running') return runningPhases[newest.facts.kind];
  if (isAccepted) return 'accepted';
  if (newest === undefined) return 'never-run';
  if (isTakenBack(newest, takeBacks)) return 'taken-back';
  if (failure === undefined) return newest.facts.kind === 'stage' ? 'staged' : 'succeeded';
  if (newest.facts.result === 'cancelled') return 'cancelled';
  const task = newest.tasks.find((each) => each.task === failure.task);
  return task?.result === 'incomplete' ? 'incomplete' : 'failed';
}

/** A cutover stops the source, and restarts it when it fails. */
function sourceOf(history: readonly Move[], own: readonly TaskFacts[]): MigrationState['source'] {
  const cutover = history
    .filter(({ facts, started }) => facts.kind === 'cutover' && started.includes('quiesce'))
    .at(-1);
  if (cutover === undefined) {
    const isOld = history.some(({ facts: { kind, result } }) => kind === 'cutover' && result === 'succeeded');
    return isOld ? 'unknown' : 'running';
  }
  const restarts = [...cutover.tasks.filter(({ task }) => task === 'restore-scale'), ...own];
  const isRestarted = restarts.some(({ task, kind, result, createdAt }) => {
    const isRestart = task === 'restore-scale' || kind === 'restart-source';
    return isRestart && result === 'succeeded' && createdAt >= cutover.facts.createdAt;
  });
  const { result } = cutover.facts;
  // After a cutover that succeeded, its task `restore-scale` has left the source as it was.
  const isOwnRestart = isRestarted && (result !== 'succeeded' || own.some(({ kind }) => kind === 'restart-source'));
  if (isOwnRestart) return 'running';
  return result === 'succeeded' ? 'stopped' : 'unknown';
}

function plannedOf(configMap: unknown): readonly RunAction[] | undefined {
  const text = stringAt(configMap, 'data', 'plan.json');
  if (text === undefined) return undefined;
  const runs = arrayAt(parseJson(text), 'runs').map((run) => stringAt(run, 'action') ?? '');
  const planned = runs.filter((action): action is RunAction => moves.some((move) => move === action));
  return planned.length === 0 ? undefined : planned;
}
