import { exportedFiles } from '../../domain/app/exported-files.ts';
import { placeImages, type ImageTarget, type PlacedImage } from '../../domain/app/place-images.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { isObject, type JsonObject } from '../../domain/core/json-object.ts';
import type { Folder, YamlCodec } from '../../domain/core/ports.ts';
import type { ChartContent } from '../../domain/helm/compare-chart.ts';
import { formatImageName } from '../../domain/oci/image-location.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { IfExists } from '../images/copy/check-destination.ts';
import type { ArchivePorts, PushArchivePorts } from '../images/archive/ports.ts';
import { pushImageArchive, type PushedImage } from '../images/archive/push-image-archive.ts';
import { readImageArchive } from '../images/archive/read-image-archive.ts';
import { checkPulled, type PullPorts } from './check-pulled.ts';
import { loadChart, type ChartReader } from './load-chart.ts';

export interface ExportedReader {
  readonly yaml: YamlCodec;
  readonly chart: ChartReader;
  readonly readBytes: (path: string) => Promise<Uint8Array>;
}

/** The values and the chart of an exported application. */
export interface ExportedApplication {
  /** Text of values.yaml. */
  readonly text: string;
  readonly values: JsonObject;
  readonly chart: ChartContent;
}

/** Reads an exported application, except its images. @throws TaskError `invalid-file` for a part that is missing or broken */
export async function readExported(
  folder: Pick<Folder, 'path' | 'read'>,
  ports: ExportedReader,
): Promise<ExportedApplication> {
  const text = await folder.read(exportedFiles.values);
  if (text === undefined) {
    throw new TaskError('invalid-file', `reading ${folder.path}/${exportedFiles.values}: there is no such file`, {
      remedy: 'Give the folder of an exported application, with values.yaml, app-chart.tar.gz and app-image.tar.',
    });
  }
  const values = readValues(text, `${folder.path}/${exportedFiles.values}`, ports.yaml);
  const chart = await loadChart(
    await ports.readBytes(`${folder.path}/${exportedFiles.chart}`),
    exportedFiles.chart,
    ports.chart,
  );
  return { text, values, chart };
}

/** One map, or nothing at all. Helm would ignore what follows the first document. */
function readValues(text: string, file: string, yaml: YamlCodec): JsonObject {
  const documents = yaml.parse(text, file);
  const [values = {}] = documents.filter((document) => document !== null);
  if (documents.length <= 1 && isObject(values)) return values;
  const found = documents.length > 1 ? `${String(documents.length)} documents` : 'no map';
  throw new TaskError('invalid-file', `reading ${file}: expected one map of values, got ${found}`, {
    remedy: 'Export the application again, or restore values.yaml.',
  });
}

export interface ImagesToPush {
  readonly folder: Folder;
  readonly target: ImageTarget;
  readonly ifExists: IfExists;
  readonly dryRun: boolean;
}

/** An image with the digest that the archive has. */
export type DigestedImage = PlacedImage & Pick<PushedExport, 'digest'>;

/** Looks at the images before the first of them is pushed; throws to push none. */
export type CheckBefore = (images: readonly DigestedImage[]) => unknown;

export interface PushImagesPorts {
  readonly archive: ArchivePorts;
  readonly push: PushArchivePorts & Pick<PullPorts, 'pulled'>;
}

/** An image of the archive with its new place. */
export interface PushedExport extends PlacedImage {
  /** Of the manifest at the destination; in a dry run, of the one in the archive. */
  readonly digest: string;
  /** Undefined in a dry run. */
  readonly result: PushedImage | undefined;
}

/**
 * Pushes all images of an exported application to one registry. A dry run reads the archive only.
 * @throws TaskError, SyncFailure, and what the check throws
 */
export async function pushExported(
  { folder, target, ifExists, dryRun }: ImagesToPush,
  ports: PushImagesPorts,
  check?: CheckBefore,
): Promise<readonly PushedExport[]> {
  const content = await readImageArchive(`${folder.path}/${exportedFiles.images}`, ports.archive);
  try {
    const placed = placeImages(content.images, target).map((each) => ({ ...each, digest: archivedDigest(each) }));
    await check?.(placed);
    const targets = placed.map(({ push }, index) => ({ image: `@${String(index)}`, destination: push, ifExists }));
    const results = dryRun ? [] : await pushImageArchive(content, targets, ports.push);
    return placed.map((each, index) => {
      const result = results[index];
      return { ...each, result, digest: result?.digest ?? each.digest };
    });
  } finally {
    await content.close();
  }
}

function archivedDigest({ image }: PlacedImage): string {
  return image.manifest?.digest ?? image.config.digest;
}

export type PushedItem = Item<'appImages'>;

/**
 * Checks that the pushed images are there by the address that the nodes pull from. A dry run has nothing to check.
 * @returns what could not be checked
 * @throws SyncFailure
 */
export function checkImages(
  images: readonly PushedExport[],
  { push }: PushImagesPorts,
): Promise<readonly PushedItem[]> {
  return checkPulled(
    images.filter(({ result }) => result !== undefined),
    push,
  );
}

export function pushedItem({ push, image, result }: PushedExport): PushedItem {
  const id = `image ${formatImageName(push)}`;
  const evidence = { config: image.config.digest, ...(result && { digest: result.digest }) };
  if (result === undefined) return { id, outcome: 'skipped', reason: 'image-not-pushed', evidence };
  const outcome = result.outcome === 'skipped' ? 'skipped' : 'done';
  return { id, outcome, reason: `image-${result.outcome}`, evidence };
}

/** One name by digest in each line, as Tekton Chains reads them. */
export function formatPushed(pushed: readonly PushedExport[]): string {
  return pushed.map(({ push, digest }) => formatImageName({ ...push, tag: undefined, digest })).join('\n');
}
