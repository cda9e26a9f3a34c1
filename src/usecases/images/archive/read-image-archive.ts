import type { ArchivedImage, StoredLayer } from '../../../domain/oci/image-archive/archived-image.ts';
import type { OpenArchive } from '../../../domain/oci/image-archive/archive-files.ts';
import { usualPlatform } from '../../../domain/oci/image-archive/choose-platform.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { algorithmOf, absent, changed, unusable, type NamedArchive } from './archive-member.ts';
import { findImages, type FoundImage, type WantedLayer } from './find-images.ts';
import type { ArchivePorts } from './ports.ts';

/** An archive whose images are all complete. It is open until `close`. */
export interface ArchiveContent {
  readonly file: string;
  readonly images: readonly ArchivedImage[];
  readonly archive: OpenArchive;
  close(): Promise<void>;
}

/** Layers whose digests are computed at a time. */
const layersAtOnce = 2;

/**
 * Reads an image archive: as exports have it, of `docker save` in its old and new form, of skopeo's docker-archive and
 * oci-archive, also compressed as a whole with gzip. All that its images need is checked, digest by digest.
 * @param platform which one is taken of several images with one name, `os/architecture[/variant]`
 * @throws TaskError `invalid-file` for an archive that is cut short, hostile or incomplete; SyncFailure for manifests
 */
export async function readImageArchive(
  file: string,
  ports: ArchivePorts,
  platform: string = usualPlatform,
): Promise<ArchiveContent> {
  const archive = await ports.archives.open(file);
  try {
    const from = { archive, file };
    const found = await findImages(from, platform);
    const layers = await checkLayers(from, found, ports);
    return { file, images: found.map((image) => complete(image, layers)), archive, close: () => archive.close() };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

interface LayerOfImage extends WantedLayer {
  readonly label: string;
}

/** @returns what is known of each layer, by member */
async function checkLayers(
  from: NamedArchive,
  images: readonly FoundImage[],
  { progress }: ArchivePorts,
): Promise<ReadonlyMap<string, StoredLayer>> {
  const wanted = images.flatMap(({ layers, label }) => layers.map((layer) => ({ ...layer, label })));
  for (const { member, stored, diffId, label } of wanted) {
    const size = from.archive.sizes.get(member);
    if (size === undefined || (stored !== undefined && stored.size !== size))
      throw absent(from, stored?.digest ?? diffId, label);
  }
  // One member can be the layer of several images, each with its own demands.
  const unique = [...Map.groupBy(wanted, ({ member }) => member).values()];
  const total = unique.reduce((sum, [layer]) => sum + (from.archive.sizes.get(layer?.member ?? '') ?? 0), 0);
  let done = 0;
  const checked = await mapConcurrently(unique, layersAtOnce, async (group) => {
    const layer = await checkLayer(from, group);
    done += layer.size;
    progress(done, total);
    return layer;
  });
  return new Map(checked.map((layer) => [layer.member, layer]));
}

async function checkLayer(from: NamedArchive, group: readonly LayerOfImage[]): Promise<StoredLayer> {
  const known = group.find(({ stored }) => stored !== undefined)?.stored;
  const member = group[0]?.member ?? '';
  const options = { algorithm: algorithmOf(known?.digest ?? 'sha256:'), unpacked: group.some(({ stored }) => !stored) };
  const facts = await from.archive.inspect(member, options);
  for (const { stored, diffId, label } of group) {
    const found = stored === undefined ? facts.diffId : facts.digest;
    const expected = stored?.digest ?? diffId;
    if (found !== expected) throw changed(from, { member, digest: expected }, label);
    if (stored === undefined && facts.compression === 'zstd')
      throw unusable(from.file, `${member} of ${label} is compressed with zstd, and has no manifest that says so`);
  }
  return { member, digest: facts.digest, size: facts.size, compression: facts.compression };
}

function complete(image: FoundImage, layers: ReadonlyMap<string, StoredLayer>): ArchivedImage {
  const { names, source, platform, config, manifest } = image;
  const own = image.layers.flatMap(({ member }) => layers.get(member) ?? []);
  return { names, source, platform, config, layers: own, manifest };
}
