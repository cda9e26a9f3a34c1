import { stat } from 'node:fs/promises';
import { isAbsolute, normalize, resolve } from 'node:path';

import { readCaBundle } from '../../../adapters/files/read-mounted.ts';
import type { PrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { joinLogins, readLogins } from '../../../adapters/registry/logins.ts';
import type { AppChart } from '../../../domain/app/app-chart.ts';
import { refuseChart, type ChartChoice } from '../../../domain/app/chart-choice.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Registry } from '../../../domain/oci/registry.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { findAppChart } from '../../../usecases/app/find-app-chart.ts';
import { findChart, findChartAt, type ChartSourcePorts, type FoundChart } from '../../../usecases/app/find-chart.ts';
import { openChartSources } from '../../shared/chart-sources.ts';
import { openRegistry } from '../../shared/open-registry.ts';
import { applicationChart } from './application-chart.ts';
import { loginReading } from '../../shared/login-reading.ts';

interface ChartPlace {
  readonly choice: ChartChoice;
  readonly systemNamespace: string;
  /** Workspaces, as paths. */
  readonly charts: string | undefined;
  readonly registryAuth: string | undefined;
  readonly chartAuth: string | undefined;
  readonly caBundle: string | undefined;
  readonly verifyTls: boolean;
}

interface ChartScene {
  readonly cluster: Cluster;
  /** Gets charts from elsewhere. */
  readonly folder: PrivateFolder;
  readonly context: TaskContext;
}

export interface OpenedChart {
  /** An archive or a folder, for helm. */
  readonly path: string;
  /** For the report. */
  readonly source: string;
  /** The AppChart that names the chart. */
  readonly appChart: AppChart | undefined;
}

/**
 * Opens the chart of a deployment. A chart from elsewhere is copied into a folder of the run first.
 * @throws TaskError `invalid-param`, `invalid-file`, and what findChart and findAppChart throw
 */
export async function openChart(place: ChartPlace, scene: ChartScene): Promise<OpenedChart> {
  const { choice, systemNamespace } = place;
  switch (choice.kind) {
    case 'own':
      return { path: await writeOwnChart(scene.folder), source: 'crane-tasks', appChart: undefined };
    case 'file':
      return { path: await findFile(choice.path, place), source: choice.path, appChart: undefined };
    case 'address':
      return store(await findChart(choice.address, { name: '', version: '' }, await openPorts(place, scene)), scene);
    case 'app-chart': {
      const appChart = await findAppChart({ cluster: scene.cluster, namespace: systemNamespace }, choice.name);
      const found = await findChartAt(appChart.place, undefined, await openPorts(place, scene));
      return { ...(await store(found, scene)), appChart };
    }
  }
}

/** It is part of the program, so that it is found wherever the program is. */
async function writeOwnChart(folder: PrivateFolder): Promise<string> {
  for (const [path, text] of Object.entries(applicationChart)) await folder.write(`application/${path}`, text);
  return folder.pathOf('application');
}

async function findFile(source: string, { charts }: ChartPlace): Promise<string> {
  const isOutside = isAbsolute(source) || normalize(source).startsWith('..');
  if (charts !== undefined && isOutside) throw refuseChart(source, 'it is outside the workspace charts');
  const path = charts === undefined ? resolve(source) : resolve(charts, source);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw refuseChart(source, `there is no file or folder ${path}`);
  return path;
}

async function store({ bytes, source }: FoundChart, { folder, context }: ChartScene): Promise<OpenedChart> {
  context.log.info(`chart ${source}`);
  await folder.write('chart.tgz', bytes);
  return { path: folder.pathOf('chart.tgz'), source, appChart: undefined };
}

async function openPorts(place: ChartPlace, { context }: ChartScene): Promise<ChartSourcePorts> {
  const { chartAuth, caBundle } = place;
  const registry = await openPulled(place, context);
  const readFile = () => Promise.reject(new Error('reading a chart: expected a URL'));
  return openChartSources({ registry, readFile, chartAuth, caBundle: await readCaBundle(caBundle) }, context);
}

/** Registries from which charts and images are pulled, by their hosts. @throws TaskError `invalid-file` for the logins */
export async function openPulled(
  { registryAuth, caBundle: bundle, verifyTls }: Pick<ChartPlace, 'registryAuth' | 'caBundle' | 'verifyTls'>,
  context: TaskContext,
  patience?: number,
): Promise<(host: string) => Registry> {
  const caBundle = await readCaBundle(bundle);
  const logins = joinLogins(await readLogins(registryAuth, loginReading(context)), undefined);
  return (host) => openRegistry({ host, access: 'pull', verifyTls, caBundle, logins, patience }, context);
}
