import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import { applicationActions } from '../../../domain/planning/applications/application-answers.ts';
import { actionLabel } from '../../../domain/planning/migration-names.ts';
import { pipelineRuns } from '../../../domain/runs/pipeline-run.ts';
import { collectObjects } from '../../cluster/list-objects.ts';
import { newestFirst } from '../list-migrations.ts';

/** The runs that make images, export, publish and delete, newest first. A cluster without Tekton has none. @throws ClusterStatusError */
export async function listApplicationRuns(cluster: Cluster, namespace: string): Promise<readonly Resource[]> {
  const labelSelector = `${actionLabel} in (${applicationActions.join(',')})`;
  const found = await collectObjects({ cluster, kind: pipelineRuns, namespace, labelSelector }).catch(
    onRefusal([404], []),
  );
  return newestFirst(found);
}
