import { TaskError } from '../../domain/core/errors.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { exportedFiles } from '../../domain/app/exported-files.ts';
import { listImages } from '../../domain/app/image-inventory.ts';
import { noteSecretValues } from '../../domain/export/sealed-secret.ts';
import type { Capabilities } from '../../domain/helm/capabilities.ts';
import { objectsOf, unreadObjects } from '../../domain/helm/rendered-objects.ts';
import type { Release } from '../../domain/helm/release.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { formatImageName } from '../../domain/oci/image-location.ts';
import { chooseChart } from './choose-chart.ts';
import { compareRender } from './compare-render.ts';
import type { AppItem, ExportOptions, ExportPorts, ImageToArchive, WrittenArchive } from './export-ports.ts';
import { mentionItems, outsideItems, unreadItems } from './outside-items.ts';
import { resolveImages, type ResolvedImage } from './resolve-images.ts';

const { values: valuesFile, chart: chartFile, images: imageFile } = exportedFiles;

export interface ExportedRelease {
  readonly images: number;
  readonly items: readonly AppItem[];
}

/** What all releases of an export share, and the folder of this one. */
interface ReleaseSurroundings {
  /** Name of the folder in the workspace. */
  readonly folder: string;
  /** Running pods of the namespace. */
  readonly pods: readonly Resource[];
  /** Undefined where charts are not rendered. */
  readonly capabilities: Capabilities | undefined;
}

/**
 * Writes the values, the chart and the images of a release into a folder, all of them or none.
 * @throws TaskError whose message names the part
 */
export async function exportRelease(
  release: Release,
  { folder, pods, capabilities, ...options }: ExportOptions & ReleaseSurroundings,
  ports: ExportPorts,
): Promise<ExportedRelease> {
  const part = <T>(file: string, action: () => Promise<T>): Promise<T> =>
    naming(`${file} of release ${release.name}`, action);
  const objects = objectsOf(release, ports.yaml);
  const resources = objects.map(({ resource }) => resource);
  for (const resource of resources) noteSecretValues(resource, ports.log.redactor);
  const chart = await part(chartFile, () => chooseChart(release, options, ports));
  const inventory = listImages(resources, options.extraImages);
  const images = await part(imageFile, () => resolveImages(inventory.images, pods, ports.registry));
  const staging = await ports.stage(folder);
  try {
    const values = ports.yaml.format(release.config);
    await part(valuesFile, () => staging.write(valuesFile, values));
    await part(chartFile, () => staging.write(chartFile, chart.bytes));
    const { templates } = chart;
    const check = { release, objects, chart: staging.pathOf(chartFile), templates, values, capabilities };
    const compared = await part(chartFile, () => compareRender(check, ports));
    const archived = distinct(images);
    const archive = await part(imageFile, () =>
      ports.writeImages(toArchive(archived, options), staging.pathOf(imageFile)),
    );
    await staging.publish(Object.values(exportedFiles));
    return {
      images: archived.length,
      items: [
        exportedItem(release, chart.bytes, archive),
        ...images.map((image) => imageItem(image, archive.images[archived.findIndex((each) => isSame(each, image))])),
        ...chart.items,
        ...compared,
        ...outsideItems(release, resources),
        ...unreadItems(unreadObjects(release, ports.yaml)),
        ...mentionItems(inventory),
      ],
    };
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

/** Each image once. One named by a tag, and by this tag with the digest, is archived under the tag. */
function distinct(images: readonly ResolvedImage[]): readonly ResolvedImage[] {
  const byTag = images.toSorted((one, other) => Number(isPinned(one)) - Number(isPinned(other)));
  const kept = byTag.filter((image, index) => byTag.findIndex((each) => isSame(each, image)) === index);
  return images.filter((image) => kept.includes(image));
}

function isSame(one: ResolvedImage, other: ResolvedImage): boolean {
  const [{ location: a }, { location: b }] = [one, other];
  return one.digest === other.digest && a.host === b.host && a.path === b.path && a.tag === b.tag;
}

function isPinned({ location }: ResolvedImage): boolean {
  return location.digest !== undefined;
}

function toArchive(images: readonly ResolvedImage[], { platform }: ExportOptions): readonly ImageToArchive[] {
  return images.map((image) => ({
    source: { ...image.location, digest: image.digest },
    tags: [],
    isPinned: isPinned(image),
    ...(platform === undefined ? {} : { platform }),
  }));
}

/** Names of registries in releases are often those that only the cluster knows. */
const otherAddress =
  'Check that the registry is up and reachable from here. If it has another address here, name it with registry-addresses. Then run again.';

async function naming<T>(part: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const isAway = error instanceof SyncFailure && error.kind === 'unavailable';
    const remedy = isAway ? otherAddress : error.remedy;
    throw new TaskError(error.code, `exporting ${part}: ${error.message}`, { remedy, cause: error });
  }
}

function exportedItem(release: Release, chart: Uint8Array, archive: WrittenArchive): AppItem {
  const { name, namespace, revision } = release;
  const evidence = {
    revision,
    chart: `${release.chart.name}-${release.chart.version}`,
    chartBytes: chart.length,
    imageBytes: archive.bytes,
  };
  return { id: `release ${namespace}/${name}`, outcome: 'done', reason: 'exported', evidence };
}

function imageItem(
  { location, digest, reason, names, usedBy }: ResolvedImage,
  written: WrittenArchive['images'][number] | undefined,
): AppItem {
  const inArchive = written?.names.join(', ') ?? '';
  return {
    id: `image ${formatImageName(location)}`,
    outcome: 'done',
    reason,
    message: `named ${names.join(', ')} by ${usedBy.join(', ')}`,
    evidence: {
      digest,
      nameInArchive: inArchive === '' ? 'none: it is the only image' : inArchive,
      ...(written === undefined ? {} : { configDigest: written.configDigest, manifestDigest: written.manifestDigest }),
    },
  };
}
