import { defaultValues, ownValues } from '../../domain/app/coalesce-values.ts';
import { planValues, type ValuesInput, type ValuesPlan } from '../../domain/app/plan-values.ts';
import type { ChosenNames } from '../../domain/app/publish-names.ts';
import type { EditValues } from '../../domain/app/value-edit.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { isObject, type JsonObject } from '../../domain/core/json-object.ts';
import type { YamlCodec } from '../../domain/core/ports.ts';
import type { ChartFiles } from '../../domain/helm/chart-files.ts';
import { stringifyExactly } from '../../domain/kube/exact-integers.ts';
import { chartManifestType, formatChartManifest, tagOfVersion } from '../../domain/oci/chart-artifact.ts';
import { formatImageName, type ImageLocation } from '../../domain/oci/image-location.ts';
import type { Manifest } from '../../domain/oci/registry.ts';
import { blobOfBytes } from '../images/archive/blob-of-bytes.ts';
import type { BlobToPush } from '../images/push-blob.ts';
import { pushContent } from '../images/archive/push-content.ts';
import type { IfExists } from '../images/copy/check-destination.ts';
import type { PushArchivePorts } from '../images/archive/ports.ts';
import type { ExportedApplication } from './exported-application.ts';

export interface ChartWriter {
  readonly yaml: YamlCodec;
  readonly editValues: EditValues;
  readonly writeChart: (chart: { readonly folder: string; readonly files: ChartFiles }) => Promise<Uint8Array>;
  /** `sha256:<hex>` of bytes. */
  readonly digestOf: (bytes: Uint8Array) => string;
}

export interface ChartToPublish {
  readonly manifest: Manifest;
  readonly blobs: readonly BlobToPush[];
  readonly archive: Uint8Array;
  readonly plan: ValuesPlan;
}

/**
 * Makes the chart that installs an application without a values file: its own values are those of the release over the
 * defaults of the chart, and name the pushed images. All other files are unchanged.
 * @throws TaskError `invalid-file` for a Chart.yaml or values that cannot be edited
 */
export async function buildChart(
  { values, chart }: Pick<ExportedApplication, 'values' | 'chart'>,
  { names, images }: { readonly names: ChosenNames; readonly images: ValuesInput['images'] },
  writer: ChartWriter,
): Promise<ChartToPublish> {
  const { yaml, editValues, writeChart, digestOf } = writer;
  const merged = ownValues(values, chart);
  const plan = planValues({
    values: merged,
    defaults: defaultValues(chart),
    images,
    domains: new Map(),
    appName: undefined,
  });
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const chartYaml = editValues(
    new TextDecoder().decode(chart.files.get('Chart.yaml')),
    [
      { path: ['name'], value: names.chartName },
      { path: ['version'], value: names.chartVersion },
    ],
    'Chart.yaml',
  );
  const files = new Map([
    ...chart.files,
    ['Chart.yaml', encode(chartYaml)],
    ['values.yaml', encode(editValues(yaml.format(merged), plan.edits, 'values.yaml'))],
  ]);
  const archive = await writeChart({ folder: names.chartName, files });
  const metadata = readMetadata(chartYaml, yaml);
  const config = blobOfBytes(encode(stringifyExactly(metadata)), digestOf);
  const content = blobOfBytes(archive, digestOf);
  const bytes = encode(formatChartManifest(metadata, config, content));
  const manifest = { bytes, digest: digestOf(bytes), mediaType: chartManifestType };
  return { manifest, blobs: [config, content], archive, plan };
}

function readMetadata(text: string, yaml: YamlCodec): JsonObject {
  const [metadata] = yaml.parse(text, 'Chart.yaml');
  return isObject(metadata) ? metadata : {};
}

/**
 * Pushes a chart: its parts first, its manifest last. A chart that is there already costs one request.
 * @throws TaskError `name-collision` for a version that is another chart; SyncFailure
 */
export async function pushChart(
  { manifest, blobs }: ChartToPublish,
  { place, ifExists }: { readonly place: ImageLocation; readonly ifExists: IfExists },
  ports: PushArchivePorts,
): Promise<'pushed' | 'present'> {
  const { host, path, tag = manifest.digest } = place;
  const registry = ports.destination(host);
  // Read, since an answer to HEAD does not prove that a version is absent.
  const present = await registry.read(path, tag);
  if (present?.digest === manifest.digest) return 'present';
  if (present !== undefined && ifExists !== 'replace') {
    const name = formatImageName(place);
    throw new TaskError('name-collision', `pushing chart ${name}: it exists with other content, ${present.digest}`, {
      remedy: 'Give another version with chart-version, or set if-exists to replace.',
    });
  }
  const pushed = { places: new Map<string, string>(), advance: () => undefined };
  await pushContent({ manifest, blobs }, place, { pushed, ports });
  return 'pushed';
}

/** The name of a chart in a registry. */
export function placeChart(
  { host, namespace }: { readonly host: string; readonly namespace: string },
  { chartName, chartVersion }: ChosenNames,
): ImageLocation {
  const path = namespace === '' ? chartName : `${namespace}/${chartName}`;
  return { host, path, tag: tagOfVersion(chartVersion) };
}
