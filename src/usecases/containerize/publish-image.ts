import { messageOf } from '../../domain/core/errors.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { ImageLocation, PinnedImage } from '../../domain/oci/image-location.ts';
import type { Descriptor } from '../../domain/oci/manifest.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { canAnyonePull } from '../exports/check-public.ts';
import { blobOfBytes } from '../images/archive/blob-of-bytes.ts';
import type { BlobToPush } from '../images/push-blob.ts';
import { pushContent } from '../images/archive/push-content.ts';
import type { SourceImage } from '../images/archive/read-source-image.ts';
import { attachReferrers } from './attach-referrers.ts';
import type { MadeImage } from './make-image.ts';
import type { ContainerizePorts } from './ports.ts';

/** Bytes that are read of a layer of the base at a time. Larger pieces are garbage for a while and decide the peak memory. */
const baseReadSize = 1024 * 1024;

export interface Publication {
  readonly image: MadeImage;
  readonly base: SourceImage;
  readonly destination: ImageLocation & { readonly tag: string };
}

export interface PublishedImage extends PinnedImage {
  readonly tag: string;
  /** Compressed bytes of all layers. */
  readonly size: number;
  /** Undefined when the registry did not answer a request without a login. */
  readonly isPublic: boolean | undefined;
}

/**
 * Pushes the layers and the documents of an image, its tag last. Layers of the base image are mounted where the registry
 * has them, else copied.
 * @throws SyncFailure
 */
export async function publishImage(
  { image, base, destination }: Publication,
  ports: ContainerizePorts,
): Promise<PublishedImage> {
  const { manifest, config } = image.documents;
  const { host, path } = base.source;
  const registry = ports.source(host);
  const places = new Map<string, string>();
  const isSameRegistry = ports.addressOf(host) === destination.host;
  if (isSameRegistry) for (const { digest } of base.layers) places.set(`${destination.host} ${digest}`, path);
  const blobs = [
    ...image.layers,
    blobOfBytes(config.bytes, ports.push.digestOf),
    ...base.layers.map((layer) => baseBlob(layer, path, registry)),
  ];
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const advance = (bytes: number): void => {
    done += bytes;
    ports.push.progress(Math.min(done, total), total);
  };
  await pushContent({ manifest, blobs }, destination, { pushed: { places, advance }, ports: ports.push });
  const { digest } = manifest;
  const isPublic = await canAnyonePull({ path: destination.path, digest }, ports.anonymous);
  const size = [...base.layers, ...image.layers].reduce((sum, layer) => sum + layer.size, 0);
  return { ...destination, digest, size, isPublic };
}

function baseBlob({ digest, size }: Descriptor, path: string, registry: Registry): BlobToPush {
  return { digest, size, read: () => registry.readBlob(path, { digest, size }, baseReadSize) };
}

/**
 * Pushes the documents about an image. The image can be used without them, so a registry that refuses them is a warning.
 * @returns why they could not be pushed
 */
export async function publishDocuments(
  image: PinnedImage,
  { documents, described }: Pick<MadeImage, 'documents' | 'described'>,
  { push, log }: ContainerizePorts,
): Promise<string | undefined> {
  try {
    await attachReferrers({ image, manifest: documents.manifest }, described, push);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    log.warn(messageOf(error));
    return messageOf(error);
  }
}
