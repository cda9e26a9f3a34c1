import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { arrayAt, isObject, stringAt, type JsonObject } from '../../domain/core/json-object.ts';
import type { YamlCodec } from '../../domain/core/ports.ts';
import type { ChartFiles } from '../../domain/helm/chart-files.ts';
import type { ChartContent, Subchart } from '../../domain/helm/compare-chart.ts';

/** The files of a chart archive. Throws TaskError `invalid-file`. */
export type ReadChartArchive = (
  bytes: Uint8Array,
  source: string,
) => Promise<{ readonly folder: string; readonly files: ChartFiles }>;

export interface ChartReader {
  readonly yaml: YamlCodec;
  readonly readArchive: ReadChartArchive;
}

/** Charts nest two or three deep; archives in archives could nest without end. */
const deepest = 8;

/**
 * Reads a chart and the charts below its folder `charts`, which are folders or archives there.
 * @throws TaskError `invalid-file`
 */
export async function loadChart(bytes: Uint8Array, source: string, reader: ChartReader): Promise<ChartContent> {
  const { files } = await reader.readArchive(bytes, source);
  return readChart(files, { source, depth: 0, reader });
}

interface Place {
  readonly source: string;
  readonly depth: number;
  readonly reader: ChartReader;
}

async function readChart(files: ChartFiles, place: Place): Promise<ChartContent> {
  const { source, depth, reader } = place;
  if (depth > deepest) throw invalid(source, `its subcharts are nested more than ${String(deepest)} deep`);
  const metadata = readMap(files, 'Chart.yaml', place);
  if (typeof metadata['name'] !== 'string' || typeof metadata['version'] !== 'string')
    throw invalid(source, 'Chart.yaml has no name or no version');
  const requirements = files.has('requirements.yaml') ? readMap(files, 'requirements.yaml', place) : {};
  const dependencies = [...arrayAt(metadata, 'dependencies'), ...arrayAt(requirements, 'dependencies')];
  const inner = { source, depth: depth + 1, reader };
  const subcharts: Subchart[] = [];
  for (const part of await subchartFiles(files, place)) {
    const chart = await readChart(part.files, { ...inner, source: part.source });
    subcharts.push({ ...chart, names: namesOf(chart, dependencies) });
  }
  const withDependencies = dependencies.length === 0 ? metadata : { ...metadata, dependencies };
  const values = files.has('values.yaml') ? readMap(files, 'values.yaml', place) : {};
  return { metadata: withDependencies, values, files, subcharts };
}

/** A subchart is used by its name, or by the aliases that dependencies give it. */
function namesOf({ metadata }: ChartContent, dependencies: readonly unknown[]): readonly string[] {
  const name = stringAt(metadata, 'name') ?? '';
  const declared = dependencies.filter((entry) => stringAt(entry, 'name') === name);
  const names = declared.map((entry) => stringAt(entry, 'alias') ?? name);
  return names.length === 0 ? [name] : names;
}

interface PartOfChart {
  readonly source: string;
  readonly files: ChartFiles;
}

async function subchartFiles(files: ChartFiles, { source, reader }: Place): Promise<readonly PartOfChart[]> {
  const folders = new Map<string, Map<string, Uint8Array>>();
  const parts: PartOfChart[] = [];
  for (const [path, content] of files) {
    const [first, name = '', ...rest] = path.split('/');
    // Helm skips these too.
    if (first !== 'charts' || name === '' || name.startsWith('_') || name.startsWith('.')) continue;
    const own = `${source}: ${path}`;
    if (rest.length === 0 && name.endsWith('.tgz')) {
      parts.push({ source: own, files: (await reader.readArchive(content, own)).files });
    } else if (rest.length > 0) {
      const folder = folders.get(name) ?? new Map<string, Uint8Array>();
      folders.set(name, folder.set(rest.join('/'), content));
    }
  }
  return [...parts, ...[...folders].map(([name, part]) => ({ source: `${source}: charts/${name}`, files: part }))];
}

function readMap(files: ChartFiles, path: string, { source, reader }: Place): JsonObject {
  const bytes = files.get(path);
  if (bytes === undefined) throw invalid(source, `${path} is missing`);
  let documents: readonly unknown[];
  try {
    documents = reader.yaml.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), `${source}: ${path}`);
  } catch (error) {
    throw error instanceof TaskError ? error : invalid(source, `${path}: ${messageOf(error)}`);
  }
  const [value = {}] = documents.filter((each) => each !== null);
  if (!isObject(value)) throw invalid(source, `${path} is not a map`);
  return value;
}

function invalid(source: string, why: string): TaskError {
  return new TaskError('invalid-file', `reading the chart ${source}: ${why}`, {
    remedy: 'Give an archive that `helm package` wrote.',
  });
}
