import type { PackedLayer } from '../../../domain/oci/image-archive/archive-files.ts';
import type { ArchivedImage, StoredBlob, StoredLayer } from '../../../domain/oci/image-archive/archived-image.ts';
import { dockerManifestType, formatDockerManifest } from '../../../domain/oci/image-archive/docker-manifest.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { BlobToPush } from '../push-blob.ts';
import type { PushableContent } from './push-content.ts';
import type { ArchiveContent } from './read-image-archive.ts';

/** Compresses what must be, once for all images. */
export interface PushableImages {
  open(image: ArchivedImage): Promise<PushableContent>;
  /** Frees what compressed layers take. */
  close(): Promise<void>;
}

/** Compression takes a processor each. */
const layersAtOnce = 2;

export function openPushableImages({ archive }: Pick<ArchiveContent, 'archive'>): PushableImages {
  const packed = new Map<string, Promise<PackedLayer>>();

  function asStored({ digest, size, member }: StoredBlob): BlobToPush {
    return { digest, size, read: () => archive.stream(member) };
  }

  async function compressed(layer: StoredLayer): Promise<BlobToPush> {
    if (layer.compression !== 'none') return asStored(layer);
    const packing = packed.get(layer.member) ?? archive.pack(layer.member);
    packed.set(layer.member, packing);
    return packing;
  }

  return {
    async open({ manifest, config, layers }) {
      const stored = asStored(config);
      if (manifest !== undefined) return { manifest, blobs: [stored, ...layers.map(asStored)] };
      const blobs = await mapConcurrently(layers, layersAtOnce, compressed);
      const bytes = new TextEncoder().encode(formatDockerManifest(config, blobs));
      const digest = archive.digestOf(bytes);
      return { manifest: { bytes, digest, mediaType: dockerManifestType }, blobs: [stored, ...blobs] };
    },
    async close() {
      const done = await Promise.allSettled(packed.values());
      for (const result of done) if (result.status === 'fulfilled') await result.value.close();
    },
  };
}
