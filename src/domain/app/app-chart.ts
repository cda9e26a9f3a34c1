import { isObject, ownValue, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { namespaced } from '../kube/known-kinds.ts';
import type { Resource } from '../kube/resource.ts';
import { readSettings, type SettingDeclarations } from './app-chart-settings.ts';

/** https://github.com/epinio/application/blob/main/config/crd/bases/application.epinio.io_appcharts.yaml */
export const appCharts = namespaced('application.epinio.io/v1', 'AppChart', 'appcharts');
/** https://github.com/epinio/application/blob/main/config/crd/bases/application.epinio.io_apps.yaml */
export const epinioApps = namespaced('application.epinio.io/v1', 'App', 'apps');

/** Where the archive of a chart is. */
export type ChartPlace =
  | { readonly kind: 'address'; readonly address: string }
  | {
      readonly kind: 'repository';
      /** `https://…` or `oci://…`. */
      readonly repository: string;
      readonly name: string;
      /** Undefined: the first one of the repository. */
      readonly version: string | undefined;
    };

/** An AppChart: the chart that applications of Epinio are deployed with. */
export interface AppChart {
  readonly name: string;
  readonly place: ChartPlace;
  /** They become `chartConfig`. */
  readonly values: Readonly<Record<string, string>>;
  readonly settings: SettingDeclarations;
}

/**
 * Reads an AppChart.
 * @returns what is wrong with it, if it does not describe a chart that can be downloaded
 */
export function readAppChart(resource: Resource): { readonly appChart: AppChart } | { readonly problem: string } {
  const chart = stringAt(resource, 'spec', 'helmChart') ?? '';
  const repository = stringAt(resource, 'spec', 'helmRepo') ?? '';
  const place = placeOf(chart, repository);
  if (typeof place === 'string') return { problem: place };
  const values = textsOf(valueAt(resource, 'spec', 'values'));
  if (values === undefined) return { problem: 'spec.values: expected a map of texts' };
  const settings = readSettings(valueAt(resource, 'spec', 'settings'));
  if (settings === undefined) return { problem: 'spec.settings: expected a map of declarations' };
  return { appChart: { name: resource.metadata.name, place, values, settings } };
}

function placeOf(chart: string, repository: string): ChartPlace | string {
  if (chart === '') return 'spec.helmChart is missing';
  if (repository === '') {
    // Epinio also takes a file of its server, which is out of reach.
    return chart.includes('://') ? { kind: 'address', address: chart } : 'spec.helmChart: expected a URL';
  }
  if (!repository.includes('://')) return 'spec.helmRepo: expected a URL';
  const [name = '', version = ''] = chart.split(/:(.*)/s);
  if (name === '') return 'spec.helmChart: expected name[:version]';
  return { kind: 'repository', repository, name, version: version === '' ? undefined : version };
}

function textsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
  return entries.every(isText) ? Object.fromEntries(entries) : undefined;
}

/** The AppChart that an App names; Epinio's default if it names none. */
export function appChartNameOf(app: JsonObject): string {
  return stringAt(app, 'spec', 'chartname') || usualAppChart;
}

/** The name that Epinio has for its own chart. */
export const usualAppChart = 'standard';

/** The name of the application that values of Epinio are for; undefined for other values. */
export function appNameOf(values: JsonObject): string | undefined {
  const name = stringAt(ownValue(values, 'epinio'), 'appName');
  return name === '' ? undefined : name;
}
