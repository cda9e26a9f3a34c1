import { without } from '../core/json-object.ts';
import { TaskError } from '../core/errors.ts';
import type { ChartFile, ReleaseChart } from './release.ts';

/** The files of a chart by their paths in its folder, for example `templates/service.yaml`. */
export type ChartFiles = ReadonlyMap<string, Uint8Array>;

/** Bytes of the largest chart (`MaxDecompressedChartSize` of Helm's pkg/chart/loader/archive.go). */
export const largestChart = 100 * 1024 * 1024;

/** Writes a value as YAML with sorted keys. */
export type FormatYaml = (value: unknown) => string;

/** In a chart of version 1 they have the dependencies, among them disabled ones whose subcharts Helm would miss. */
const dependencyFiles: ReadonlySet<string> = new Set(['requirements.yaml', 'requirements.lock']);

/**
 * The files of the chart of a release without subcharts. Chart.yaml and values.yaml have the same content as the original
 * files, with sorted keys and without comments. Disabled dependencies are left out.
 * @throws TaskError `release-invalid` for a path that leaves the folder of the chart, or that two files have
 */
export function rebuildChart(chart: ReleaseChart, format: FormatYaml): ChartFiles {
  const encode = (value: unknown): Uint8Array => new TextEncoder().encode(format(value));
  const all: readonly ChartFile[] = [
    { path: 'Chart.yaml', content: encode(without(chart.metadata, (key) => key === 'dependencies')) },
    { path: 'values.yaml', content: encode(chart.values) },
    ...(chart.schema === undefined ? [] : [{ path: 'values.schema.json', content: chart.schema }]),
    ...chart.templates,
    ...chart.files.filter(({ path }) => !dependencyFiles.has(path)),
  ];
  const files = new Map<string, Uint8Array>();
  for (const { path, content } of all) {
    if (!isChartPath(path)) throw invalid(chart, `invalid path ${JSON.stringify(path)}`);
    if (files.has(path)) throw invalid(chart, `two files have the path ${JSON.stringify(path)}`);
    files.set(path, content);
  }
  return files;
}

const longestPath = 1024;

/** Whether a path is in the folder of a chart on each system: relative, with `/`, without `.` and `..`. */
export function isChartPath(path: string): boolean {
  if (path === '' || path.length > longestPath || /[\\\0-\x1f\x7f:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function invalid({ name }: ReleaseChart, why: string): TaskError {
  return new TaskError('release-invalid', `rebuilding chart ${name} from its release: ${why}`, {
    remedy:
      'Name the source of the chart, or install the release again from a chart without this file, then run again.',
  });
}
