import { typedByDeclaration } from '../../../domain/app/app-chart-settings.ts';
import { parseChartChoice, refuseChart, type ChartChoice } from '../../../domain/app/chart-choice.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import { findAppChart } from '../../../usecases/app/find-app-chart.ts';
import type { PushPlan, PushValues } from './plan-push.ts';

/** The chart of a deployment by a run, which has no files of this computer. @throws TaskError `invalid-param` */
export function chartOfRun({ manifest }: PushPlan): ChartChoice {
  const choice = parseChartChoice(manifest.chart, false);
  if (choice.kind === 'file') throw refuseChart(choice.path, 'a run has no files of this computer');
  return choice;
}

/**
 * Checks the AppChart and the settings, as the deployment at the end of the run does. If the user may not read the
 * AppChart, only the run checks them.
 * @throws TaskError `invalid-param`, ClusterStatusError
 */
export async function checkAppChart(
  choice: ChartChoice,
  { manifest }: PushPlan,
  { params, cluster }: { readonly params: PushValues; readonly cluster: Cluster },
): Promise<void> {
  if (choice.kind !== 'app-chart') return;
  const namespace = params['system-namespace'];
  const appChart = await findAppChart({ cluster, namespace }, choice.name).catch(onRefusal([403], undefined));
  if (appChart !== undefined) typedByDeclaration(manifest.settings ?? [], appChart.settings, appChart.name);
}
