import type { ChartPlace } from '../../domain/app/app-chart.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../domain/core/json-object.ts';
import { parseJson } from '../../domain/core/parse-json.ts';
import type { Sha256, YamlCodec } from '../../domain/core/ports.ts';
import { mayLeadTo } from '../../domain/http/redirect-target.ts';
import { latestOf } from '../../domain/helm/chart-version.ts';
import { largestChart } from '../../domain/helm/chart-files.ts';
import type { ReleaseChart } from '../../domain/helm/release.ts';
import { getsLogin, type NamedAddress, type RepositoryLogin } from '../../domain/http/repository-login.ts';
import { chartType, tagOfVersion } from '../../domain/oci/chart-artifact.ts';
import { formatImageName, isDigest, parseImageReference } from '../../domain/oci/image-location.ts';
import type { Descriptor } from '../../domain/oci/manifest.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { withoutTrailing } from '../../domain/core/without-trailing.ts';
import { readBlob } from '../images/read-blob.ts';

export interface ChartSourcePorts {
  readonly registry: (host: string) => Registry;
  /** Reads a URL as a whole, with the login if that is asked for. Throws TaskError. */
  readonly download: (url: URL, withLogin: boolean) => Promise<Uint8Array>;
  /** The login for a chart repository; undefined: there is none. */
  readonly login: Pick<RepositoryLogin, 'origin'> | undefined;
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
  if (source.startsWith('oci://')) return pullChart(source, chart.version, ports);
  if (!/^https?:\/\//.test(source)) {
    if (source.includes('://')) throw refuse(source, 'expected oci://, https:// or a file');
    return { bytes: await ports.readFile(source), source };
  }
  const named = { url: parseUrl(source), byParam: true };
  if (/\.(?:tgz|tar\.gz)$/.test(named.url.pathname)) return downloadArchive(named, ports);
  return downloadFromRepository(named, chart, ports);
}

/**
 * Gets the chart that an AppChart names. What the cluster says is not trusted as much as a param: files of this computer
 * are not read, and a login is only sent if it is for this address.
 * @param version taken if the AppChart names none; undefined: the first one in the index of the repository
 * @throws TaskError `invalid-param`, `invalid-file`, and what the ports throw
 */
export async function findChartAt(
  place: ChartPlace,
  version: string | undefined,
  ports: ChartSourcePorts,
): Promise<FoundChart> {
  if (place.kind === 'address') {
    if (place.address.startsWith('oci://')) return pullChart(place.address, version, ports);
    return downloadArchive({ url: parseUrl(place.address), byParam: false }, ports);
  }
  const chart = { name: place.name, version: place.version ?? version };
  if (place.repository.startsWith('oci://'))
    return pullChart(`${withoutTrailing(place.repository, '/')}/${chart.name}`, chart.version, ports);
  return downloadFromRepository({ url: parseUrl(place.repository), byParam: false }, chart, ports);
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw refuse(text, 'expected oci://, https:// or a file');
  if (url.username !== '' || url.password !== '') throw refuse(addressOf(url), 'it has a login');
  return url;
}

/** Without the query, which can be a signature. */
function addressOf({ origin, pathname }: URL): string {
  return origin + pathname;
}

async function downloadArchive(named: NamedAddress, ports: ChartSourcePorts): Promise<FoundChart> {
  const { url } = named;
  return { bytes: await ports.download(url, getsLogin(url, named, ports.login)), source: addressOf(url) };
}

async function pullChart(source: string, version: string | undefined, ports: ChartSourcePorts): Promise<FoundChart> {
  const found = parseImageReference(source.slice('oci://'.length));
  if (found?.host === undefined) throw refuse(source, 'expected oci://host/path/name[:version]');
  const { host, path } = found;
  const tag = found.tag ?? (version === undefined ? undefined : tagOfVersion(version));
  const reference = found.digest ?? tag;
  if (reference === undefined) throw refuse(source, 'it has no version');
  const registry = ports.registry(host);
  const manifest = await registry.read(path, reference);
  const name = `oci://${formatImageName({ host, path, ...(found.digest === undefined ? { tag } : { digest: found.digest }) })}`;
  if (manifest === undefined) throw missing(name, 'the registry does not have it');
  const layer = chartLayerOf(manifest.bytes);
  if (layer === undefined) throw missing(name, 'it is not a chart');
  return { bytes: await readBlob(registry, path, layer), source: `${name} (${manifest.digest})` };
}

/** https://github.com/helm/community/blob/main/hips/hip-0006.md */
function chartLayerOf(manifest: Uint8Array): Descriptor | undefined {
  const layers = arrayAt(parseJson(new TextDecoder().decode(manifest)), 'layers');
  const layer = layers.find((each) => stringAt(each, 'mediaType') === chartType);
  const [digest, size] = [stringAt(layer, 'digest'), valueAt(layer, 'size')];
  const isValid = digest !== undefined && isDigest(digest) && typeof size === 'number' && size >= 0;
  return isValid && size <= largestChart ? { digest, size } : undefined;
}

interface ChartOfRepository {
  readonly name: string;
  readonly version: string | undefined;
}

/** https://helm.sh/docs/topics/chart_repository/#the-index-file */
async function downloadFromRepository(
  named: NamedAddress,
  { name, version }: ChartOfRepository,
  ports: ChartSourcePorts,
): Promise<FoundChart> {
  const base = new URL(named.url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const index = new URL('index.yaml', base);
  index.search = base.search;
  const where = addressOf(index);
  const text = new TextDecoder().decode(await ports.download(index, getsLogin(index, named, ports.login)));
  const [document] = ports.yaml.parse(text, where);
  const versions = arrayAt(document, 'entries', name).filter(isObject);
  const entry =
    version === undefined
      ? latestOf(versions, (each) => String(each['version']))
      : versions.find((each) => each['version'] === version);
  const address = arrayAt(entry, 'urls').find((each) => typeof each === 'string');
  if (entry === undefined || address === undefined)
    throw missing(where, `it has no chart ${name}${version === undefined ? '' : ` of version ${version}`}`);
  if (address.startsWith('oci://')) return pullChart(address, version ?? stringAt(entry, 'version'), ports);
  const url = URL.parse(address, base.href);
  if (url === null || !/^https?:$/.test(url.protocol)) throw missing(where, 'the address of the chart is not valid');
  if (!mayLeadTo(url, named.url))
    throw missing(where, `it leads to ${url.origin}: another server must have TLS and a name with a domain`);
  const bytes = await ports.download(url, getsLogin(url, named, ports.login));
  const digest = stringAt(entry, 'digest')?.replace(/^sha256:/, '');
  if (digest !== undefined && ports.sha256(bytes) !== `sha256:${digest.toLowerCase()}`)
    throw new TaskError('invalid-file', `reading chart ${addressOf(url)}: it does not have the digest of ${where}`, {
      remedy: 'Ask the operator of the chart repository to write its index again.',
    });
  return { bytes, source: addressOf(url) };
}

function missing(source: string, why: string): TaskError {
  return new TaskError('invalid-param', `looking for the chart in ${source}: ${why}`, {
    remedy: 'Name a source that has this chart: oci://…, the URL of a repository or archive, or a file.',
  });
}

function refuse(source: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading the chart source ${JSON.stringify(source)}: ${why}`, {
    remedy:
      'Give oci://host/path/name[:version], the URL of a repository or archive, or a file of the workspace charts.',
  });
}
