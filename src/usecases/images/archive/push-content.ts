import { messageOf } from '../../../domain/core/errors.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import type { PushArchivePorts } from './ports.ts';
import type { BlobToPush } from '../push-blob.ts';
import { pushBlobs, type BlobsPush } from './push-blobs.ts';

/** A manifest and all blobs that it names. */
export interface PushableContent {
  readonly manifest: Manifest;
  readonly blobs: readonly BlobToPush[];
}

/**
 * Pushes blobs, then the manifest that names them, and reads back what the tag means. A registry that refuses the
 * manifest because it lacks a blob that it reported as present gets all blobs once more.
 * @throws SyncFailure
 */
export async function pushContent(
  content: PushableContent,
  destination: ImageLocation,
  push: Pick<BlobsPush, 'pushed' | 'ports'>,
): Promise<void> {
  await pushBlobs(content.blobs, destination, push);
  try {
    await putManifest(content, destination, push.ports);
  } catch (error) {
    if (!(error instanceof SyncFailure) || error.kind !== 'blob-missing') throw error;
    push.ports.log.warn(`${messageOf(error)}; uploading all blobs of ${formatImageName(destination)} again`);
    const pushed = { places: push.pushed.places, advance: () => undefined };
    await pushBlobs(content.blobs, destination, { pushed, ports: push.ports, believes: false });
    await putManifest(content, destination, push.ports);
  }
}

async function putManifest(
  { manifest }: PushableContent,
  destination: ImageLocation,
  ports: PushArchivePorts,
): Promise<void> {
  const { host, path, tag = manifest.digest } = destination;
  const registry = ports.destination(host);
  await registry.tag(path, tag, manifest);
  const head = await registry.head(path, tag);
  if (head?.digest === manifest.digest) return;
  const name = formatImageName(destination);
  throw new SyncFailure(
    'wrong-content',
    `proving ${name}: pushed ${manifest.digest}, it has ${head?.digest ?? 'nothing'}`,
  );
}
