import { TaskError } from '../../domain/core/errors.ts';
import type { JsonObject } from '../../domain/core/json-object.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import type { CompleteAnswers } from '../../domain/planning/answers.ts';
import type { RunAction } from '../../domain/planning/run-action.ts';
import { runOf } from '../../domain/planning/run-objects.ts';
import type { StoredMigration } from '../../domain/planning/stored-migration.ts';
import { pipelineRuns } from '../../domain/runs/pipeline-run.ts';
import { withOwner } from './create-migration.ts';
import { createOnce, isCreatedBy, keyDigest } from './create-once.ts';

export interface StartRequest {
  readonly migration: StoredMigration;
  readonly action: RunAction;
  readonly settings: CompleteAnswers['run'];
  /** Namespace of the runs. */
  readonly namespace: string;
  /** The same key starts the same run: a request that was repeated starts no second one. Empty: always a new one. */
  readonly key: string;
  /** Who asked for it, for information. */
  readonly user: string;
}

export interface StartedRun {
  readonly run: string;
  /** `false`: the same key started it before. */
  readonly isNew: boolean;
}

/** Starts a run of a migration, which its ConfigMap owns. @throws TaskError `invalid-param` for a run that is not planned */
export async function startRun(
  request: StartRequest,
  { cluster, sha256 }: { readonly cluster: Cluster; readonly sha256: Sha256 },
): Promise<StartedRun> {
  const { namespace, user } = request;
  const once = { kind: pipelineRuns, namespace, body: bodyOf(request), digest: digestOf(request, sha256), user };
  const { name, isNew } = await createOnce(once, cluster);
  return { run: name, isNew };
}

/** Whether a run is the one that a request with the same key has started. */
export function isStartedBy(run: Resource, request: StartRequest, sha256: Sha256): boolean {
  return isCreatedBy(run, digestOf(request, sha256));
}

function digestOf({ key, migration, action }: StartRequest, sha256: Sha256): string {
  return keyDigest(key, [migration.configMap.uid, action], sha256);
}

function bodyOf({ migration, action, settings, namespace }: StartRequest): JsonObject {
  const run = migration.runs.find((each) => each.action === action);
  if (run === undefined) {
    throw new TaskError('invalid-param', `starting ${action} of migration ${migration.name}: it is not planned`, {
      remedy: `Choose one of ${migration.runs.map((each) => each.action).join(', ')}.`,
    });
  }
  const object = runOf({ name: migration.name, run: settings }, run, { namespace });
  return withOwner(object, { kind: 'ConfigMap', ...migration.configMap });
}
