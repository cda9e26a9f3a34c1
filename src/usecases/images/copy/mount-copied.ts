import { messageOf } from '../../../domain/core/errors.ts';
import type { ImageLocation } from '../../../domain/oci/image-location.ts';
import type { Descriptor } from '../../../domain/oci/manifest.ts';
import type { BlobPlaces } from '../../../domain/images/copy/schedule.ts';
import type { SyncPorts } from './ports.ts';

/**
 * Lets a repository have what others of its registry have already, so that the copy finds these blobs there. A registry
 * that cannot mount only costs time: the copy then uploads them.
 */
export async function mountCopied(
  { blobs, destination }: { readonly blobs: readonly Descriptor[]; readonly destination: ImageLocation },
  { arrived }: Pick<BlobPlaces, 'arrived'>,
  ports: SyncPorts,
): Promise<void> {
  const { host, path } = destination;
  await Promise.all(
    blobs.map(async ({ digest }) => {
      const from = arrived.get(digest);
      if (from?.host !== host || from.path === path) return;
      try {
        await ports.destination(host).mount(path, { digest, path: from.path });
      } catch (error) {
        ports.log.debug(`mounting ${digest} from ${from.path} into ${path}: ${messageOf(error)}`);
      }
    }),
  );
}
