import { TaskError } from '../../domain/core/errors.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { CompleteAnswers } from '../../domain/planning/answers.ts';
import { factsOfRun, type RunKind } from '../../domain/planning/run-facts.ts';
import { resultsOfRun, type VolumeParamsInput } from '../../domain/planning/volume-params.ts';
import { claimOfRun, volumeTaskRun, type VolumeAction } from '../../domain/planning/volume-task.ts';
import { taskRuns } from '../../domain/runs/pipeline-run.ts';
import { createOnce, keyDigest, type CreatedOnce } from './create-once.ts';
import type { MigrationWithRuns } from './list-migrations.ts';

export interface VolumeTaskRequest {
  readonly found: MigrationWithRuns;
  readonly action: VolumeAction;
  /** The PipelineRun whose volume is used; undefined: there is none. */
  readonly run: string | undefined;
  readonly params: (input: VolumeParamsInput) => Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly settings: CompleteAnswers['run'];
  /** Namespace of the runs. */
  readonly namespace: string;
  /** As of a run; empty: each request starts one. */
  readonly key: string;
  readonly user: string;
}

/** Starts a TaskRun on the volume of a run. @throws TaskError `invalid-param` when there is no such volume */
export async function startVolumeTask(
  request: VolumeTaskRequest,
  { cluster, sha256 }: { readonly cluster: Cluster; readonly sha256: Sha256 },
): Promise<CreatedOnce> {
  const { found, action, run = '', namespace, settings, annotations = {}, key, user } = request;
  const { migration } = found;
  const claim = claimOfRun(run, found.taskRuns);
  if (claim === undefined) throw withoutVolume(request);
  const kind = kindOfRun(run, found);
  const planned = migration.runs.find((each) => each.action === kind);
  const body = volumeTaskRun({
    action,
    migration: migration.name,
    namespace,
    run,
    claim,
    hasClaims: kind === 'cutover',
    owner: migration.configMap,
    settings,
    params: request.params({ params: planned?.params ?? {}, resultOf: resultsOfRun(run, found.taskRuns) }),
    annotations,
  });
  const digest = keyDigest(key, [migration.configMap.uid, action, run], sha256);
  return createOnce({ kind: taskRuns, namespace, body, digest, user }, cluster);
}

/** The newest run of these kinds whose volume is known; undefined: there is none. */
export function newestRunOf(
  kinds: readonly RunKind[],
  { runs, taskRuns: tasks }: MigrationWithRuns,
): string | undefined {
  return runs.map(factsOfRun).find(({ name, kind }) => kinds.includes(kind) && claimOfRun(name, tasks) !== undefined)
    ?.name;
}

function kindOfRun(run: string, { runs }: MigrationWithRuns): RunKind | undefined {
  return runs.map(factsOfRun).find(({ name }) => name === run)?.kind;
}

function withoutVolume({ found, action, run = '' }: VolumeTaskRequest): TaskError {
  const what =
    run === '' ? 'no run has a volume' : `the volume of run ${run} is unknown, since its TaskRuns are deleted`;
  return new TaskError('invalid-param', `starting ${action} of migration ${found.migration.name}: ${what}`, {
    remedy: 'Start a run first, or do it by hand as docs/recovery.md says.',
  });
}
