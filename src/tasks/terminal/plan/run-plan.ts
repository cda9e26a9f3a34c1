import { resolve } from 'node:path';

import { sha256Of } from '../../../adapters/files/digest.ts';
import { readNamed } from '../../../adapters/files/read-pipe.ts';
import { namespaceOrDefault } from '../../../adapters/kube/choose-context.ts';
import { accessOfContext, withCluster, type ConnectOptions } from '../../../adapters/kube/connect.ts';
import { authorityOf } from '../../../adapters/kube/credentials.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { ownValue } from '../../../domain/core/json-object.ts';
import { withoutTrailing } from '../../../domain/core/without-trailing.ts';
import { readAnswers } from '../../../domain/planning/answers.ts';
import { isRunAction, type RunAction } from '../../../domain/planning/run-action.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { MoveAnswers } from '../../../domain/schemas/documents.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import type { CreatedObject } from '../../../usecases/planning/create-migration.ts';
import { createPlanned } from '../../../usecases/planning/create-planned.ts';
import { planMigration, type PlannedMigration } from '../../../usecases/planning/plan-migration.ts';
import { toJson } from '../../shared/releases.ts';
import type { planParams } from './params.ts';
import { readToken } from './read-token.ts';

type PlanValues = ValuesOf<typeof planParams>;
type PlanOutcome = Outcome<'problem-count' | 'pipeline-run', 'planning'>;

interface PlanInput {
  readonly params: PlanValues;
  readonly workspaces: { readonly kubeconfig: string | undefined };
}

/** Plans a move with the adapters of a run, and creates its objects when that was requested. */
export async function runPlan({ params, workspaces }: PlanInput, context: TaskContext): Promise<PlanOutcome> {
  const { environment, log, signal } = context;
  const given = await givenAnswers(params, signal);
  const kubeconfigDigest = params['kubeconfig-digest'];
  const common = { kubeconfig: workspaces.kubeconfig, kubeconfigDigest, environment, log, signal };
  const side = (name: 'source' | 'destination') => ({ ...common, context: given[name].context });
  const namespace = await namespaceOrDefault(params.namespace, side('destination'));
  return withCluster(side('source'), (source) =>
    withCluster(side('destination'), async (destination) => {
      const clusters = { source, destination, runs: destination };
      const planned = await planMigration(
        { given, namespace, action: actionOf(params.action) },
        { ...clusters, log, sha256: sha256Of, yaml: yamlCodec },
      );
      for (const { path, message, remedy } of planned.problems) log.warn(`${path}: ${message}. ${remedy}`);
      if (planned.plan === undefined || !params.create) return outcomeOf(planned, params.show);
      const { created } = await createPlanned(
        { ...planned, plan: planned.plan, namespace },
        {
          clusters,
          log,
          now: Date.now,
          accessOf: async (name) => accessTo(side(name)),
          givenToken: (name) => readToken(name, params[`${name}-token-file`], { log, signal }),
        },
      );
      return outcomeOfCreation(given.name, namespace, created);
    }),
  );
}

async function accessTo(options: ConnectOptions) {
  const { selection } = await accessOfContext(options);
  return { url: selection.cluster.server, ca: (await authorityOf(selection)) ?? '' };
}

async function givenAnswers(params: PlanValues, signal: AbortSignal): Promise<MoveAnswers> {
  if (params.answers !== undefined) {
    const path = resolve(params.answers);
    const bytes = await readNamed(path, signal).catch((cause: unknown) => {
      if (cause instanceof TaskError && cause.code === 'interrupted') throw cause;
      const remedy = 'Give the path of the answers that `crane-tasks plan --show=answers` printed.';
      throw new TaskError('invalid-file', `reading the answers in ${path}: the file cannot be read`, { remedy, cause });
    });
    return readAnswers(yamlCodec.parse(bytes.toString('utf8'), path), path);
  }
  const namespace = params['source-namespace'];
  if (namespace === undefined) {
    throw new TaskError('invalid-param', 'planning a move: no namespace at the source is given', {
      remedy: 'Give source-namespace, or answers.',
    });
  }
  return readAnswers([defaultAnswers(namespace, params)], 'the params');
}

function defaultAnswers(namespace: string, params: PlanValues): MoveAnswers {
  const sideOf = (side: 'source' | 'destination') => {
    const context = params[`${side}-context`];
    return context === undefined ? {} : { context };
  };
  return {
    schemaVersion: 1,
    name: withoutTrailing(namespace.slice(0, longestName), '-'),
    source: { ...sideOf('source'), namespace },
    destination: { ...sideOf('destination'), namespace: params['destination-namespace'] ?? namespace },
  };
}

const longestName = 40;

function actionOf(text: string | undefined): RunAction | undefined {
  return text !== undefined && isRunAction(text) ? text : undefined;
}

function outcomeOf(
  { problems, objectsText, answersText, questions, run }: PlannedMigration,
  show: string,
): PlanOutcome {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const texts: Readonly<Record<string, string>> = {
    objects: objectsText,
    answers: answersText,
    questions: toJson(questions),
  };
  const id = run === undefined ? 'run' : `${run.pipeline} (${run.action})`;
  return {
    items: [
      ...problems.map(({ path, code, severity, message, remedy }) => ({
        id: path,
        outcome: severity === 'error' ? ('failed' as const) : ('skipped' as const),
        reason: code,
        message: `${message}. ${remedy}`,
      })),
      ...(errors.length === 0 ? [{ id, outcome: 'done' as const, reason: 'planned' as const }] : []),
    ],
    results: { 'problem-count': String(errors.length), 'pipeline-run': '' },
    summary: errors.length === 0 ? 'planned' : `${String(errors.length)} problems`,
    remedy: 'Fix the answers as each line says, then run again.',
    stdout: ownValue(texts, show) ?? '',
  };
}

function outcomeOfCreation(migration: string, namespace: string, created: readonly CreatedObject[]): PlanOutcome {
  const run = created.find(({ kind }) => kind === 'PipelineRun')?.name ?? '';
  return {
    items: created.map(({ kind, name }) => ({
      id: `${kind} ${namespace}/${name}`,
      outcome: 'done',
      reason: 'created',
    })),
    results: { 'problem-count': '0', 'pipeline-run': run },
    summary: `created migration ${migration}. Follow its run with: crane-tasks watch ${run} --namespace=${namespace}`,
  };
}
