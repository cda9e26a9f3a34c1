import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { allowedActions } from '../../../domain/planning/allowed-actions.ts';
import { readAnswers } from '../../../domain/planning/answers.ts';
import { actionLabel } from '../../../domain/planning/migration-names.ts';
import { stateOf } from '../../../domain/planning/state.ts';
import type { StoredMigration } from '../../../domain/planning/stored-migration.ts';
import { resultOf, runLabel } from '../../../domain/runs/pipeline-run.ts';
import { newestFirst, type MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import type { LoginView, MigrationAnswer, MigrationSummary, RunSummary } from '../../api/migrations.ts';
import type { Side } from '../../api/clusters.ts';
import { summarizeRun, summarizeTaskRun, viewActions } from './run-view.ts';

/** A migration in a list. */
export function summarizeMigration(found: MigrationWithRuns): MigrationSummary {
  const { migration, runs, expiries } = found;
  const [lastRun] = runs.map(summarizeRun);
  const state = stateOf(found);
  return {
    name: migration.name,
    origin: 'crane-tasks',
    createdAt: migration.createdAt,
    sourceNamespace: paramOf(migration, 'source-namespace'),
    destinationNamespace: paramOf(migration, 'destination-namespace'),
    images: migration.images,
    claims: migration.claims,
    ...(lastRun === undefined ? {} : { lastRun }),
    phase: state.phase,
    tokensExpireAt: expiriesOf(migration, expiries),
    actions: viewActions(allowedActions(state)),
  };
}

export function viewMigration(found: MigrationWithRuns): MigrationAnswer {
  const { migration } = found;
  return {
    ...summarizeMigration(found),
    answers: migration.answersText,
    plan: migration.planText,
    ...givenAnswers(migration),
    runs: historyOf(found),
    secrets: { source: secretOf(migration, 'source'), destination: secretOf(migration, 'destination') },
    state: stateOf(found),
    logins: loginsOf(found),
  };
}

/** When the tokens of the sides expire, where that is known. */
export function expiriesOf(
  migration: StoredMigration,
  expiries: ReadonlyMap<string, string>,
): Partial<Readonly<Record<Side, string>>> {
  const sides = ['source', 'destination'] as const;
  return Object.fromEntries(
    sides.flatMap((side) => {
      const expiresAt = expiries.get(secretOf(migration, side));
      return expiresAt === undefined ? [] : [[side, expiresAt]];
    }),
  );
}

/** Name of the Secret with the login of a side; empty: unknown. */
export function secretOf(migration: StoredMigration, side: Side): string {
  return paramOf(migration, `${side}-cluster-secret`);
}

/** PipelineRuns and TaskRuns of their own, newest first. */
function historyOf({ runs, taskRuns }: MigrationWithRuns): readonly RunSummary[] {
  const own = taskRuns.filter((task) => {
    const labelOf = (label: string) => stringAt(task, 'metadata', 'labels', label);
    return labelOf(runLabel) === undefined && labelOf(actionLabel) !== 'reports';
  });
  const isOwn: ReadonlySet<unknown> = new Set(own);
  const tasksOf = Map.groupBy(taskRuns, (task) => stringAt(task, 'metadata', 'labels', runLabel));
  return newestFirst([...runs, ...own]).map((run) =>
    isOwn.has(run) ? summarizeTaskRun(run) : { ...summarizeRun(run), ...copiedBytesOf(tasksOf.get(run.metadata.name)) },
  );
}

/** What the tasks that copy volumes say. */
function copiedBytesOf(tasks: readonly Resource[] = []): Pick<RunSummary, 'copiedBytes'> {
  const counts = tasks.flatMap((task) => resultOf(task, 'copied-bytes') ?? []).map(Number);
  const known = counts.filter((count) => Number.isSafeInteger(count) && count >= 0);
  return known.length === 0 ? {} : { copiedBytes: known.reduce((sum, count) => sum + count, 0) };
}

function loginsOf({ migration, expiries }: MigrationWithRuns): Readonly<Record<Side, LoginView>> {
  const answers = parseAnswers(migration);
  const login = (side: Side): LoginView => ({
    kind: kindOf(stringAt(answers, 'credentials', side, 'kind')),
    secret: secretOf(migration, side),
    namespace: stringAt(answers, side, 'namespace') ?? '',
    context: stringAt(answers, side, 'context') ?? '',
    server: stringAt(answers, side, 'server') ?? '',
    expiresAt: expiriesOf(migration, expiries)[side] ?? '',
  });
  return { source: login('source'), destination: login('destination') };
}

function kindOf(text: string | undefined): LoginView['kind'] {
  return text === 'secret' || text === 'token' ? text : 'account';
}

/** What a user has spoilt counts as absent: the page shows the rest. */
function parseAnswers({ answersText }: StoredMigration): unknown {
  try {
    const [answers] = yamlCodec.parse(answersText, 'the answers');
    return answers;
  } catch {
    return undefined;
  }
}

/** The answers as new ones begin with them; nothing when they do not fit their schema any more. */
function givenAnswers(migration: StoredMigration): Pick<MigrationAnswer, 'given'> {
  try {
    return { given: readAnswers([parseAnswers(migration)], 'the answers') };
  } catch {
    return {};
  }
}

function paramOf({ runs }: StoredMigration, name: string): string {
  return runs.map(({ params }) => stringAt(params, name)).find((value) => value !== undefined) ?? '';
}
