import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { configMapName, migrationLabel } from '../../domain/planning/migration-names.ts';
import { readStoredMigration, type StoredMigration } from '../../domain/planning/stored-migration.ts';
import { pipelineRuns, taskRuns } from '../../domain/runs/pipeline-run.ts';
import { slimRun } from '../../domain/runs/slim-run.ts';
import { findObject } from '../cluster/find-object.ts';
import { collectObjects, type CollectRequest } from '../cluster/list-objects.ts';
import { readExpiries } from './renew-login.ts';

export interface MigrationWithRuns {
  readonly migration: StoredMigration;
  readonly configMap: Resource;
  /** PipelineRuns, newest first. */
  readonly runs: readonly Resource[];
  /** Newest first. */
  readonly taskRuns: readonly Resource[];
  /** When the tokens of its Secrets expire, by the name of the Secret, where that is known. */
  readonly expiries: ReadonlyMap<string, string>;
}

/** The migrations of a namespace, newest first. @throws ClusterStatusError when the account may not list ConfigMaps */
export async function listMigrations(cluster: Cluster, namespace: string): Promise<readonly MigrationWithRuns[]> {
  const [configMaps, runs, tasks, expiries] = await Promise.all([
    collectObjects({ cluster, kind: knownKinds.configmaps, namespace, labelSelector: migrationLabel }),
    listRuns(cluster, { kind: pipelineRuns, namespace, labelSelector: migrationLabel, keep: slimRun }),
    listRuns(cluster, { kind: taskRuns, namespace, labelSelector: migrationLabel, keep: slimRun }),
    readExpiries(cluster, { namespace }),
  ]);
  return groupMigrations({ configMaps, runs, taskRuns: tasks }, expiries);
}

/** The migrations of ConfigMaps with their runs, each newest first. */
export function groupMigrations(
  found: Readonly<Record<'configMaps' | 'runs' | 'taskRuns', readonly Resource[]>>,
  expiries: MigrationWithRuns['expiries'],
): readonly MigrationWithRuns[] {
  const { configMaps } = found;
  const runsOf = Map.groupBy(newestFirst(found.runs), migrationOf);
  const tasksOf = Map.groupBy(newestFirst(found.taskRuns), migrationOf);
  return configMaps
    .flatMap((configMap) => {
      const migration = readStoredMigration(configMap);
      if (migration === undefined) return [];
      const { name } = migration;
      return [{ migration, configMap, runs: runsOf.get(name) ?? [], taskRuns: tasksOf.get(name) ?? [], expiries }];
    })
    .sort(
      ({ migration: one }, { migration: other }) =>
        other.createdAt.localeCompare(one.createdAt) || one.name.localeCompare(other.name),
    );
}

/** A migration with its runs; undefined when there is none. */
export async function findMigration(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<MigrationWithRuns | undefined> {
  const ref = { kind: knownKinds.configmaps, namespace, name: configMapName(name) };
  const labelSelector = `${migrationLabel}=${name}`;
  const [configMap, runs, tasks, expiries] = await Promise.all([
    findObject(cluster, ref),
    listRuns(cluster, { kind: pipelineRuns, namespace, labelSelector }),
    // Tekton gives the TaskRuns of a run its labels.
    listRuns(cluster, { kind: taskRuns, namespace, labelSelector }),
    readExpiries(cluster, { namespace, migration: name }),
  ]);
  if (configMap === undefined) return undefined;
  const migration = readStoredMigration(configMap);
  return migration === undefined ? undefined : { migration, configMap, runs, taskRuns: tasks, expiries };
}

/** The migration of a run or of another object; empty: none. */
export function migrationOf(object: Resource): string {
  return stringAt(object, 'metadata', 'labels', migrationLabel) ?? '';
}

/** A cluster without Tekton has no runs. */
async function listRuns(cluster: Cluster, request: Omit<CollectRequest, 'cluster'>): Promise<readonly Resource[]> {
  const found = await collectObjects({ cluster, ...request }).catch(onRefusal([404], []));
  return newestFirst(found);
}

/** Objects by the time of their creation. */
export function newestFirst(objects: readonly Resource[]): readonly Resource[] {
  const createdAt = (object: Resource): string => stringAt(object, 'metadata', 'creationTimestamp') ?? '';
  return objects.toSorted((one, other) => createdAt(other).localeCompare(createdAt(one)));
}
