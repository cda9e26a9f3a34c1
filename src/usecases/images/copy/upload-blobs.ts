import type { CopyJob } from '../../../domain/images/copy/copy-job.ts';
import type { Descriptor } from '../../../domain/oci/manifest.ts';
import { pushBlob } from '../push-blob.ts';
import type { SyncPorts } from './ports.ts';

/**
 * Uploads all blobs of an image without asking whether they are there. A registry whose memory of blobs is older than
 * its storage says to have one, copying programs believe it, and it then refuses the manifest, however often one tries.
 * @throws SyncFailure
 */
export async function uploadBlobs(
  { source, destination }: CopyJob,
  blobs: readonly Descriptor[],
  ports: SyncPorts,
): Promise<void> {
  const from = ports.source(source.host);
  const to = ports.destination(destination.host);
  for (const blob of blobs) {
    const read = (): AsyncIterable<Uint8Array> => from.readBlob(source.path, blob);
    await pushBlob({ ...blob, read }, { registry: to, path: destination.path, believes: false }, ports);
  }
}
