import { TaskError } from '../../domain/core/errors.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../domain/core/json-object.ts';
import type { Sha256, YamlCodec } from '../../domain/core/ports.ts';
import { largestChart } from '../../domain/helm/chart-files.ts';
import type { ReleaseChart } from '../../domain/helm/release.ts';
import { chartType, tagOfVersion } from '../../domain/oci/chart-artifact.ts';
import { formatImageName, isDigest, parseImageReference } from '../../domain/oci/image-location.ts';
import type { Descriptor } from '../../domain/oci/manifest.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { readBlob } from '../images/read-blob.ts';

export interface ChartSourcePorts {
  readonly registry: (host: string) => Registry;
  /** Reads a URL as a whole. Throws TaskError. */
  readonly download: (url: URL) => Promise<Uint8Array>;
  /** Reads a file of the workspace with charts. Throws TaskError. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly yaml: YamlCodec;
  readonly sha256: (bytes: Uint8Array) => ReturnType<Sha256>;
}

/** The chart that a source must have. */
export type WantedChart = Pick<ReleaseChart, 'name' | 'version'>;

/** A chart archive as its source has it. */
export interface FoundChart {
  readonly bytes: Uint8Array;
  /** Where it is from, for the report. */
  readonly source: string;
}

/**
 * Gets the chart of a release from a source that the user names: `oci://host/path/name[:version]`, the URL of a chart
 * repository, the URL of an archive (`….tgz`), or a file. Without a version, the version of the release is taken.
 * @throws TaskError `invalid-param`, `invalid-file`, and what the ports throw
 */
export async function findChart(source: string, chart: WantedChart, ports: ChartSourcePorts): Promise<FoundChart> {
  if (source.startsWith('oci://')) return pullChart(source, chart, ports);
  const url = /^https?:\/\//.test(source) ? URL.parse(source) : null;
  if (url === null) {
    if (source.includes('://')) throw refuse(source, 'expected oci://, https:// or a file');
    return { bytes: await ports.readFile(source), source };
  }
  if (url.username !== '' || url.password !== '') throw refuse(url.origin + url.pathname, 'it has a login');
  if (/\.(?:tgz|tar\.gz)$/.test(url.pathname)) return { bytes: await ports.download(url), source };
  return downloadFromRepository(url, chart, ports);
}

async function pullChart(source: string, chart: WantedChart, ports: ChartSourcePorts): Promise<FoundChart> {
  const found = parseImageReference(source.slice('oci://'.length));
  if (found?.host === undefined) throw refuse(source, 'expected oci://host/path/name[:version]');
  const { host, path } = found;
  const tag = found.tag ?? tagOfVersion(chart.version);
  const registry = ports.registry(host);
  const manifest = await registry.read(path, found.digest ?? tag);
  const name = `oci://${formatImageName({ host, path, ...(found.digest === undefined ? { tag } : { digest: found.digest }) })}`;
  if (manifest === undefined) throw missing(name, 'the registry does not have it');
  const layer = chartLayerOf(manifest.bytes);
  if (layer === undefined) throw missing(name, 'it is not a chart');
  return { bytes: await readBlob(registry, path, layer), source: `${name} (${manifest.digest})` };
}

/** https://github.com/helm/community/blob/main/hips/hip-0006.md */
function chartLayerOf(manifest: Uint8Array): Descriptor | undefined {
  const layers = arrayAt(parseObject(manifest), 'layers');
  const layer = layers.find((each) => stringAt(each, 'mediaType') === chartType);
  const [digest, size] = [stringAt(layer, 'digest'), valueAt(layer, 'size')];
  const isValid = digest !== undefined && isDigest(digest) && typeof size === 'number' && size >= 0;
  return isValid && size <= largestChart ? { digest, size } : undefined;
}

function parseObject(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** https://helm.sh/docs/topics/chart_repository/#the-index-file */
async function downloadFromRepository(
  repository: URL,
  chart: WantedChart,
  ports: ChartSourcePorts,
): Promise<FoundChart> {
  const base = new URL(repository);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const index = new URL('index.yaml', base);
  index.search = base.search;
  const [document] = ports.yaml.parse(new TextDecoder().decode(await ports.download(index)), index.href);
  const versions = arrayAt(document, 'entries', chart.name).filter(isObject);
  const entry = versions.find((each) => each['version'] === chart.version);
  const address = arrayAt(entry, 'urls').find((each) => typeof each === 'string');
  if (entry === undefined || address === undefined)
    throw missing(index.href, `it has no chart ${chart.name} of version ${chart.version}`);
  if (address.startsWith('oci://')) return pullChart(address, chart, ports);
  const url = URL.parse(address, base.href);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw missing(index.href, 'the address of the chart is not valid');
  const bytes = await ports.download(url);
  const digest = stringAt(entry, 'digest')?.replace(/^sha256:/, '');
  if (digest !== undefined && ports.sha256(bytes) !== `sha256:${digest.toLowerCase()}`)
    throw new TaskError('invalid-file', `reading chart ${url.href}: it does not have the digest of ${index.href}`, {
      remedy: 'Ask the operator of the chart repository to write its index again.',
    });
  return { bytes, source: url.href };
}

function missing(source: string, why: string): TaskError {
  return new TaskError('invalid-param', `looking for the chart in ${source}: ${why}`, {
    remedy:
      'Name the place that has this chart in chart-source: oci://…, the URL of a repository or archive, or a file.',
  });
}

function refuse(source: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading chart-source ${JSON.stringify(source)}: ${why}`, {
    remedy:
      'Give oci://host/path/name[:version], the URL of a repository or archive, or a file of the workspace charts.',
  });
}
