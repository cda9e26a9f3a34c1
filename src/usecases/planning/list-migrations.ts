import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { textsAt, type Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { configMapName, migrationLabel } from '../../domain/planning/migration-names.ts';
import { readStoredMigration, type StoredMigration } from '../../domain/planning/stored-migration.ts';
import { pipelineRuns } from '../../domain/runs/pipeline-run.ts';
import { findObject } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';

export interface MigrationWithRuns {
  readonly migration: StoredMigration;
  /** PipelineRuns, newest first. */
  readonly runs: readonly Resource[];
}

/** The migrations of a namespace, newest first. @throws ClusterStatusError when the account may not list ConfigMaps */
export async function listMigrations(cluster: Cluster, namespace: string): Promise<readonly MigrationWithRuns[]> {
  const [configMaps, runs] = await Promise.all([
    collectObjects({ cluster, kind: knownKinds.configmaps, namespace, labelSelector: migrationLabel }),
    listRuns(cluster, namespace, migrationLabel),
  ]);
  const byName = Map.groupBy(runs, (run) => migrationOf(run));
  return configMaps
    .flatMap((configMap) => readStoredMigration(configMap) ?? [])
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt) || one.name.localeCompare(other.name))
    .map((migration) => ({ migration, runs: byName.get(migration.name) ?? [] }));
}

/** A migration with its runs; undefined when there is none. */
export async function findMigration(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<MigrationWithRuns | undefined> {
  const ref = { kind: knownKinds.configmaps, namespace, name: configMapName(name) };
  const [configMap, runs] = await Promise.all([
    findObject(cluster, ref),
    listRuns(cluster, namespace, `${migrationLabel}=${name}`),
  ]);
  const migration = configMap === undefined ? undefined : readStoredMigration(configMap);
  return migration === undefined ? undefined : { migration, runs };
}

/** The migration of a run or of another object; empty: none. */
export function migrationOf(object: Resource): string {
  return new Map(Object.entries(textsAt(object, 'labels'))).get(migrationLabel) ?? '';
}

/** A cluster without Tekton has no runs. */
async function listRuns(cluster: Cluster, namespace: string, labelSelector: string): Promise<readonly Resource[]> {
  const found = await collectObjects({ cluster, kind: pipelineRuns, namespace, labelSelector }).catch(
    onRefusal([404], []),
  );
  return [...found].sort((one, other) => createdAt(other).localeCompare(createdAt(one)));
}

function createdAt({ metadata }: Resource): string {
  const time = metadata['creationTimestamp'];
  return typeof time === 'string' ? time : '';
}
