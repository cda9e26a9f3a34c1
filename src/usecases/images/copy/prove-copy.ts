import { type CopyJob, destinationName } from '../../../domain/images/copy/copy-job.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { isIndexType, parseManifest } from '../../../domain/oci/manifest.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { SyncPorts } from './ports.ts';

/** Manifests of one index that are asked for at once. */
const platformsAtOnce = 20;

/**
 * Proves that a tag of the destination is the planned image: its bytes are read back and hashed here, and an index must
 * have each of its platforms.
 * @returns the manifest as the destination has it
 * @throws SyncFailure `wrong-content` when it is not
 */
export async function proveCopy(job: CopyJob, tag: string, ports: SyncPorts): Promise<Manifest> {
  const name = destinationName(job, tag);
  const manifest = await ports.destination(job.destination.host).read(job.destination.path, tag);
  if (manifest === undefined)
    throw new SyncFailure('wrong-content', `proving ${name}: the tag is not there after the copy`);
  if (manifest.digest !== job.digest) {
    throw new SyncFailure(
      'wrong-content',
      `proving ${name}: planned ${job.digest}, the destination has ${manifest.digest}`,
    );
  }
  const lost = await missingPlatforms(job, manifest, ports);
  if (lost.length === 0) return manifest;
  throw new SyncFailure('wrong-content', `proving ${name}: the index lacks ${lost.join(', ')} at the destination`);
}

/** Digests that an index names and the destination does not have; none for an image and for an unknown kind. */
export async function missingPlatforms(job: CopyJob, manifest: Manifest, ports: SyncPorts): Promise<readonly string[]> {
  if (!isIndexType(manifest.mediaType)) return [];
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, manifest.digest);
  if (content.kind === 'image') return [];
  const registry = ports.destination(job.destination.host);
  const digests = [...new Set(content.manifests.map(({ digest }) => digest))];
  const heads = await mapConcurrently(digests, platformsAtOnce, (digest) =>
    registry.head(job.destination.path, digest),
  );
  return digests.filter((digest, number) => heads[number]?.digest !== digest);
}
