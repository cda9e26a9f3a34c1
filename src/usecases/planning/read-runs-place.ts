import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { textsAt } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import type { RunsLists } from '../../domain/planning/lists.ts';
import { migrationLabel } from '../../domain/planning/migration-names.ts';
import { pipelines } from '../../domain/runs/pipeline-run.ts';
import { collectObjects } from '../cluster/list-objects.ts';

/** Which names are taken in the namespace of the runs. What the account may not list counts as absent. */
export async function readRunsPlace(namespace: string, cluster: Cluster): Promise<RunsLists> {
  const [configMaps, found] = await Promise.all([
    collectObjects({ cluster, kind: knownKinds.configmaps, namespace, labelSelector: migrationLabel }).catch(
      onRefusal([403, 404], []),
    ),
    collectObjects({ cluster, kind: pipelines, namespace }).catch(onRefusal([403, 404], [])),
  ]);
  return {
    namespace,
    migrations: configMaps.flatMap((each) => textsAt(each, 'labels')[migrationLabel] ?? []),
    pipelines: found.map(({ metadata }) => metadata.name),
  };
}
