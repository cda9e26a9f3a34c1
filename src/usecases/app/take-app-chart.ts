import { appChartNameOf, appNameOf, epinioApps, type AppChart } from '../../domain/app/app-chart.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { differencesOf, type ChartContent } from '../../domain/helm/compare-chart.ts';
import type { Release } from '../../domain/helm/release.ts';
import { missingSubcharts, neededSubcharts } from '../../domain/helm/subcharts.ts';
import { isForbidden, onRefusal } from '../../domain/kube/status-error.ts';
import { findObject } from '../cluster/find-object.ts';
import type { ExportPorts } from './export-ports.ts';
import { findAppChart } from './find-app-chart.ts';
import { findChartAt, type FoundChart } from './find-chart.ts';
import { loadChart } from './load-chart.ts';

/** The chart of the AppChart of an application: its archive, or why the archive is not taken. */
export interface OfferedChart {
  /** What was looked for, for example `AppChart epinio/standard`. */
  readonly id: string;
  readonly chart: (FoundChart & { readonly content: ChartContent }) | undefined;
  /** Empty with a chart. */
  readonly why: string;
}

/**
 * Gets the chart of the AppChart that an application of Epinio names, if it is the chart of the release. An AppChart may
 * have been changed since the release was installed, and its address may have other content by now.
 * @returns undefined for a release whose values name no application of Epinio
 * @throws TaskError `interrupted`, ClusterStatusError except 403 and 404
 */
export async function takeAppChart(
  release: Release,
  systemNamespace: string,
  ports: ExportPorts,
): Promise<OfferedChart | undefined> {
  const app = appNameOf(release.config);
  if (app === undefined) return undefined;
  const { cluster } = ports;
  const ref = { kind: epinioApps, namespace: release.namespace, name: app };
  const found = await findObject(cluster, ref).catch(onRefusal([403], 'forbidden' as const));
  if (found === undefined || found === 'forbidden') {
    const why = found === undefined ? 'it does not exist' : 'the account may not read it';
    return { id: `App ${release.namespace}/${app}`, chart: undefined, why: `${why}, so no AppChart is known` };
  }
  const name = appChartNameOf(found);
  const id = `AppChart ${systemNamespace}/${name}`;
  const appChart = await findAppChart({ cluster, namespace: systemNamespace }, name).catch(asUnusable);
  if (typeof appChart === 'string') return { id, chart: undefined, why: appChart };
  return { id, ...(await compareWith(release, appChart, ports)) };
}

/** Why an AppChart cannot be used. Other errors of the cluster are not about the AppChart. */
function asUnusable(error: unknown): string {
  if (isForbidden(error)) return 'the account may not read it';
  if (error instanceof TaskError && error.code === 'invalid-param') return error.message;
  throw error;
}

async function compareWith(
  release: Release,
  { place }: AppChart,
  ports: ExportPorts,
): Promise<Omit<OfferedChart, 'id'>> {
  let chart: FoundChart;
  let content: ChartContent;
  try {
    chart = await findChartAt(place, release.chart.version, ports);
    content = await loadChart(chart.bytes, chart.source, ports);
  } catch (error) {
    if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
    return { chart: undefined, why: error.message };
  }
  const different = differencesOf(release.chart, content);
  const missing = missingSubcharts(neededSubcharts(release), content).map(({ name }) => `charts/${name}`);
  const all = [...different, ...missing];
  if (all.length === 0) return { chart: { ...chart, content }, why: '' };
  return { chart: undefined, why: `${chart.source} differs from the release: ${listed(all)}` };
}

const mostNamed = 50;

/** Names for a message. */
export function listed(names: readonly string[]): string {
  const more = names.length > mostNamed ? `, and ${String(names.length - mostNamed)} more` : '';
  return names.slice(0, mostNamed).join(', ') + more;
}
