import { formatBytes } from '../../../domain/core/format-bytes.ts';
import type { PinnedImage } from '../../../domain/oci/image-location.ts';
import type { ArchiveMember } from '../../../domain/oci/image-archive/archive-files.ts';
import {
  blobName,
  describeArchive,
  listLayers,
  type ImageLayer,
  type ImageToArchive,
} from '../../../domain/oci/image-archive/archive-layout.ts';
import { nameImages } from '../../../domain/oci/image-archive/name-images.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { WriteArchivePorts } from './ports.ts';
import { readAhead } from './read-ahead.ts';
import { readSourceImage, type SourceImage } from './read-source-image.ts';

export interface ImageToWrite {
  readonly source: PinnedImage;
  /**
   * Names such as `registry.example.com/shop/web:1.0`, or tags of the source's repository. None: a single image gets no
   * name; one of several gets that of its source, or a tag made of its digest.
   */
  readonly tags: readonly string[];
  /** Whether what uses the image names its digest too: of several images, it does not need its tag. */
  readonly isPinned?: boolean;
  /** Which image of an index is taken, `os/architecture[/variant]`; `linux/amd64` without it. */
  readonly platform?: string | undefined;
}

/** An image as it is in an archive. */
export interface WrittenImage {
  readonly source: PinnedImage;
  /** Names in the archive; none for a single image without tags. */
  readonly names: readonly string[];
  readonly platform: string;
  /** Of the image itself, also where the source's digest is that of an index. */
  readonly manifestDigest: string;
  readonly configDigest: string;
  readonly layers: number;
  /** Of its configuration and layers as they are in the registry. */
  readonly bytes: number;
}

export interface ArchiveReport {
  readonly file: string;
  /** Of the file. */
  readonly bytes: number;
  /** In the order of the images that were asked for. */
  readonly images: readonly WrittenImage[];
}

const imagesAtOnce = 8;
/** More do not help: what is read ahead waits for its turn. */
const layersAhead = 2;

/**
 * Writes images of registries to a tar that is both an image layout and an archive for `docker load`. Layers are taken
 * as they are, so that all digests are kept. The same images give the same bytes; a failure leaves the file as it was.
 * @throws SyncFailure for what a registry does not give as it should; TaskError `name-collision`, `invalid-param` for
 *   names, `incomplete`, `disk-full`, `io-broke`
 */
export async function writeImageArchive(
  images: readonly ImageToWrite[],
  file: string,
  ports: WriteArchivePorts,
): Promise<ArchiveReport> {
  const names = nameImages(images);
  const found = await mapConcurrently(images, imagesAtOnce, ({ source, platform }) =>
    readSourceImage(source, platform, ports.source(source.host)),
  );
  const named = found.map((image, index) => ({ ...image, names: names[index] ?? [] }));
  const small = new Map(
    found.flatMap(({ manifest, config, configBytes }): readonly (readonly [string, Uint8Array])[] => [
      [manifest.digest, manifest.bytes],
      [config.digest, configBytes],
    ]),
  );
  const members = [
    ...describeArchive(named).map(({ name, text }) => memberOf(name, new TextEncoder().encode(text))),
    folder('blobs/'),
    ...foldersOf(found).map(folder),
    ...[...small].map(([digest, content]) => memberOf(blobName(digest), content)),
    ...layerMembers(listLayers(named), ports),
  ];
  const bytes = await ports.archives.write(file, members);
  // An export is written to a folder with another name, which gets its own at the end.
  ports.log.info(`wrote ${file.slice(file.lastIndexOf('/') + 1)}, ${formatBytes(bytes)}`);
  return { file, bytes, images: named.map(reportImage) };
}

function layerMembers(layers: readonly ImageLayer[], ports: WriteArchivePorts): readonly ArchiveMember[] {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  async function* counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of pieces) {
      ports.signal.throwIfAborted();
      yield piece;
      done += piece.length;
      ports.progress(done, total);
    }
  }
  const opens = layers.map(
    ({ source, digest, size }) =>
      () =>
        ports.source(source.host).readBlob(source.path, { digest, size }),
  );
  return readAhead(opens, layersAhead).map((pieces, index) => {
    const { digest = '', size = 0 } = layers[index] ?? {};
    return { name: blobName(digest), size, content: counted(pieces) };
  });
}

function memberOf(name: string, bytes: Uint8Array): ArchiveMember {
  return { name, size: bytes.length, content: [bytes] };
}

function folder(name: string): ArchiveMember {
  return { name, size: 0, content: [] };
}

/** A folder for each algorithm of digests. */
function foldersOf(images: readonly SourceImage[]): readonly string[] {
  const digests = images.flatMap(({ manifest, config, layers }) => [manifest, config, ...layers]);
  const names = digests.map(({ digest }) => blobName(digest).slice(0, blobName(digest).lastIndexOf('/') + 1));
  return [...new Set(names)].sort();
}

function reportImage({ source, names, platform, manifest, config, layers }: ImageToArchive): WrittenImage {
  return {
    source,
    names,
    platform,
    manifestDigest: manifest.digest,
    configDigest: config.digest,
    layers: layers.length,
    bytes: [config, ...layers].reduce((sum, { size }) => sum + size, 0),
  };
}
