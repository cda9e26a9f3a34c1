import { ownValues } from '../../domain/app/coalesce-values.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { formatBytes } from '../../domain/core/format-bytes.ts';
import { largestParts, mostStored, storedSizeOf, type Compress } from '../../domain/helm/stored-size.ts';
import type { ExportedApplication } from './exported-application.ts';

/**
 * Refuses a chart that no cluster can store: a release has its templates, its other files and its values. Subcharts are
 * not stored. What the templates render comes on top of that.
 * @throws TaskError `invalid-file` with the largest parts
 */
export function checkChartSize(
  { values, chart }: Pick<ExportedApplication, 'values' | 'chart'>,
  compress: Compress,
): void {
  const own = [...chart.files].filter(([path]) => !path.startsWith('charts/') && path !== 'values.yaml');
  const stored = own.map(([name, content]) => ({ name, data: Buffer.from(content).toString('base64') }));
  const release = {
    chart: {
      templates: stored.filter(({ name }) => name.startsWith('templates/')),
      files: stored.filter(({ name }) => !name.startsWith('templates/')),
      values: ownValues(values, chart),
    },
  };
  const bytes = storedSizeOf(release, compress);
  if (bytes <= mostStored) return;
  const largest = largestParts(release, compress).map((part) => `${part.name} (${formatBytes(part.bytes)})`);
  const size = `${formatBytes(bytes)}, more than ${formatBytes(mostStored)}`;
  throw new TaskError(
    'invalid-file',
    `publishing the chart: helm would store ${size}; largest: ${largest.join(', ')}`,
    {
      remedy: 'Remove the files from the chart; put large values into a ConfigMap or Secret.',
    },
  );
}
