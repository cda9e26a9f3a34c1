import { TaskError } from '../../domain/core/errors.ts';
import { isObject, stringAt, type JsonObject } from '../../domain/core/json-object.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { textsAt, type Resource } from '../../domain/kube/resource.ts';
import { isConflict } from '../../domain/kube/status-error.ts';
import type { CompleteAnswers } from '../../domain/planning/answers.ts';
import type { RunAction } from '../../domain/planning/run-action.ts';
import { runOf } from '../../domain/planning/run-objects.ts';
import type { StoredMigration } from '../../domain/planning/stored-migration.ts';
import { pipelineRuns } from '../../domain/runs/pipeline-run.ts';
import { getObject } from '../cluster/find-object.ts';
import { createObject } from '../cluster/write-object.ts';

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

const keyAnnotation = 'crane-tasks.dev/idempotency-key';
const userAnnotation = 'crane-tasks.dev/requested-by';
const randomCharacters = 5;

/** Starts a run of a migration, which its ConfigMap owns. @throws TaskError `invalid-param` for a run that is not planned */
export async function startRun(
  request: StartRequest,
  { cluster, sha256 }: { readonly cluster: Cluster; readonly sha256: Sha256 },
): Promise<StartedRun> {
  const { namespace } = request;
  const digest = digestOf(request, sha256);
  const body = bodyOf(request, digest);
  const query = { fieldValidation: 'Strict' };
  try {
    const created = await createObject(cluster, { kind: pipelineRuns, namespace, body, query });
    return { run: stringAt(created, 'metadata', 'name') ?? '', isNew: true };
  } catch (error) {
    const name = stringAt(body, 'metadata', 'name');
    if (!isConflict(error) || name === undefined) throw error;
    const existing = await getObject(cluster, { kind: pipelineRuns, namespace, name });
    if (!isStartedBy(existing, request, sha256)) throw error;
    return { run: name, isNew: false };
  }
}

/** Whether a run is the one that a request with the same key has started. */
export function isStartedBy(run: Resource, request: StartRequest, sha256: Sha256): boolean {
  const known = new Map(Object.entries(textsAt(run, 'annotations'))).get(keyAnnotation);
  return request.key !== '' && known === digestOf(request, sha256);
}

function digestOf({ key, migration, action }: StartRequest, sha256: Sha256): string {
  return key === '' ? '' : sha256(`${migration.configMap.uid} ${action} ${key}`);
}

function bodyOf({ migration, action, settings, namespace, user }: StartRequest, digest: string): JsonObject {
  const run = migration.runs.find((each) => each.action === action);
  if (run === undefined) {
    throw new TaskError('invalid-param', `starting ${action} of migration ${migration.name}: it is not planned`, {
      remedy: `Choose one of ${migration.runs.map((each) => each.action).join(', ')}.`,
    });
  }
  const object = runOf({ name: migration.name, run: settings }, run, { namespace });
  const { generateName = '', ...metadata } = isObject(object['metadata']) ? object['metadata'] : {};
  const prefix = typeof generateName === 'string' ? generateName : '';
  const { configMap } = migration;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(digest === '' ? { generateName: prefix } : { name: `${prefix}${hexOf(digest).slice(0, randomCharacters)}` }),
      annotations: {
        ...(digest === '' ? {} : { [keyAnnotation]: digest }),
        ...(user === '' ? {} : { [userAnnotation]: user }),
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: configMap.name, uid: configMap.uid }],
    },
  };
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
