import { createBaseCollector, type BaseListing } from '../../domain/containerize/base-listing.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Descriptor } from '../../domain/oci/manifest.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { ArchiveDefect } from '../../domain/source/archive-defect.ts';
import { createTarReader } from '../../domain/source/tar-reader.ts';

/** The layers of an image in a repository. */
export interface BaseImage {
  readonly registry: Pick<Registry, 'readBlob'>;
  /** Repository below the host. */
  readonly path: string;
  /** In the order of the manifest, the lowest first. */
  readonly layers: readonly Descriptor[];
}

/** Decompresses a layer of an image, whatever its form. */
export type UnpackLayer = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * Reads the layers of an image for names and metadata. Content is not kept.
 * @throws SyncFailure, and TaskError `registry-refused` for a layer that is not a tar
 */
export async function readBaseListing(
  image: BaseImage,
  isWanted: (path: string) => boolean,
  unpack: UnpackLayer,
): Promise<BaseListing> {
  const collector = createBaseCollector(isWanted);
  for (const blob of image.layers.toReversed()) {
    const { sink, end } = collector.layer();
    const reader = createTarReader(sink);
    try {
      for await (const bytes of unpack(image.registry.readBlob(image.path, blob))) reader.push(bytes);
    } catch (error) {
      if (!(error instanceof ArchiveDefect)) throw error;
      throw new TaskError('registry-refused', `reading layer ${blob.digest} of ${image.path}: ${messageOf(error)}`, {
        remedy: 'Build or convert the image again with a current tool, or leave changed files out.',
        cause: error,
      });
    }
    end();
  }
  return collector.listing;
}
