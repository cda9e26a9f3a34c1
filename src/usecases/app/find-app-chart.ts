import { appCharts, readAppChart, type AppChart } from '../../domain/app/app-chart.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { findObject } from '../cluster/find-object.ts';

/** A cluster, and the system namespace of Epinio in it. */
export interface AppChartStore {
  readonly cluster: Cluster;
  readonly namespace: string;
}

/**
 * Reads an AppChart of Epinio.
 * @throws TaskError `invalid-param` when there is none, also because the cluster does not have the kind, or when it does
 *   not describe a chart that can be downloaded; ClusterStatusError
 */
export async function findAppChart({ cluster, namespace }: AppChartStore, name: string): Promise<AppChart> {
  const found = await findObject(cluster, { kind: appCharts, namespace, name });
  const read = found === undefined ? { problem: 'it does not exist' } : readAppChart(found);
  if ('appChart' in read) return read.appChart;
  throw new TaskError('invalid-param', `reading AppChart ${namespace}/${name}: ${read.problem}`, {
    remedy:
      `Run \`kubectl get appcharts.application.epinio.io --namespace=${namespace}\` for the names, and give the ` +
      'namespace of Epinio with --system-namespace. A folder of this name is ./' +
      `${name}.`,
  });
}
