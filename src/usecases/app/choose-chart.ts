import { TaskError } from '../../domain/core/errors.ts';
import { rebuildChart } from '../../domain/helm/chart-files.ts';
import { templatesOf } from '../../domain/helm/chart-templates.ts';
import { differencesOf } from '../../domain/helm/compare-chart.ts';
import type { ChartFile, Release } from '../../domain/helm/release.ts';
import {
  disabledSubcharts,
  missingSubcharts,
  neededSubcharts,
  type NeededSubchart,
} from '../../domain/helm/subcharts.ts';
import type { AppItem, ChartSources, ExportPorts } from './export-ports.ts';
import { findChart } from './find-chart.ts';
import { loadChart } from './load-chart.ts';
import { listed, takeAppChart, type OfferedChart } from './take-app-chart.ts';

export interface ChosenChart {
  /** The archive: as its source has it, or written from the release. */
  readonly bytes: Uint8Array;
  /** Of the chart and its subcharts, by their paths in the chart. */
  readonly templates: readonly ChartFile[];
  readonly items: readonly AppItem[];
}

/**
 * The chart archive of a release: from the source that the user names, which must be the same chart; else from the
 * AppChart of an application of Epinio, if that is the same chart; else rebuilt from the release.
 * @throws TaskError `chart-incomplete` when subcharts are missing, `chart-different` when the source has another chart,
 *   and what findChart throws
 */
export async function chooseChart(release: Release, sources: ChartSources, ports: ExportPorts): Promise<ChosenChart> {
  const { chartSource, systemNamespace } = sources;
  if (chartSource !== undefined) return fetch(release, chartSource, ports);
  const offered = await takeAppChart(release, systemNamespace, ports);
  if (offered?.chart === undefined) return rebuild(release, offered, ports);
  const { bytes, source, content } = offered.chart;
  const id = `${describeChart(release)} of ${source}`;
  const items: readonly AppItem[] = [{ id, outcome: 'done', reason: 'app-chart-equal', message: offered.id }];
  return { bytes, templates: templatesOf(content), items };
}

async function rebuild(release: Release, offered: OfferedChart | undefined, ports: ExportPorts): Promise<ChosenChart> {
  const { chart } = release;
  const needed = neededSubcharts(release);
  if (needed.length > 0) {
    const more = offered === undefined ? '' : `; ${offered.id} was not used: ${offered.why}`;
    throw incomplete(release, needed, `a release does not store its subcharts${more}`);
  }
  const bytes = await ports.writeChart({
    folder: chart.name,
    files: rebuildChart(chart, (value) => ports.yaml.format(value)),
  });
  const disabled = disabledSubcharts(release);
  return {
    bytes,
    templates: chart.templates,
    items: [
      ...(offered === undefined ? [] : [notUsed(offered)]),
      {
        id: describeChart(release),
        outcome: 'skipped',
        reason: 'origin-not-recorded',
        message: 'the chart is rebuilt: values.yaml and Chart.yaml have no comments',
      },
      ...disabled.map((name): AppItem => ({ id: `subchart ${name}`, outcome: 'skipped', reason: 'subchart-left-out' })),
    ],
  };
}

function notUsed({ id, why }: OfferedChart): AppItem {
  return { id, outcome: 'skipped', reason: 'app-chart-not-used', message: why };
}

async function fetch(release: Release, source: string, ports: ExportPorts): Promise<ChosenChart> {
  const found = await findChart(source, release.chart, ports);
  const content = await loadChart(found.bytes, found.source, ports);
  const different = differencesOf(release.chart, content);
  if (different.length > 0)
    throw new TaskError(
      'chart-different',
      `comparing the chart of ${found.source} with release ${release.name}: different ${listed(different)}`,
      { remedy: `Name the source of ${describeChart(release)} that the release was installed from.` },
    );
  const missing = missingSubcharts(neededSubcharts(release), content);
  if (missing.length > 0) throw incomplete(release, missing, `${found.source} does not have them`);
  const id = `${describeChart(release)} of ${found.source}`;
  const items: readonly AppItem[] = [{ id, outcome: 'done', reason: 'source-equal' }];
  return { bytes: found.bytes, templates: templatesOf(content), items };
}

function incomplete(release: Release, subcharts: readonly NeededSubchart[], why: string): TaskError {
  const names = subcharts.map(({ name, version, repository }) => {
    const from = [version, repository].filter((part) => part !== undefined && part !== '').join(', ');
    return from === '' ? name : `${name} (${from})`;
  });
  return new TaskError(
    'chart-incomplete',
    `rebuilding the chart of release ${release.name}: missing subcharts ${listed(names)}, because ${why}`,
    {
      remedy: `Name the source of ${describeChart(release)} with its subcharts in chart-source: oci://…, the URL of a repository or archive, or a file.`,
    },
  );
}

function describeChart({ chart }: Release): string {
  return `chart ${chart.name} ${chart.version}`;
}
