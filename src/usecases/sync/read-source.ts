import type { CopyJob } from '../../domain/sync/copy-job.ts';
import { sourceName } from '../../domain/sync/copy-job.ts';
import { SyncFailure } from '../../domain/sync/failure.ts';
import { parseManifest, type Descriptor } from '../../domain/sync/manifest.ts';
import type { SyncPorts } from './ports.ts';

const deepestNesting = 3;

/**
 * All blobs that a copy has to bring, each once, over all platforms. Reading the manifests first costs a round trip,
 * and tells which copies share layers, what is missing at the source, and what cannot be copied at all.
 * @throws SyncFailure
 */
export async function readSourceBlobs(job: CopyJob, ports: SyncPorts): Promise<readonly Descriptor[]> {
  const blobs = await blobsBelow(job, { digest: job.digest, depth: 0 }, ports);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

async function blobsBelow(
  job: CopyJob,
  { digest, depth }: { digest: string; depth: number },
  ports: SyncPorts,
): Promise<readonly Descriptor[]> {
  const name = sourceName({ ...job, digest });
  const manifest = await ports.source(job.source.registry).read(job.source.path, digest);
  if (manifest === undefined)
    throw new SyncFailure('not-found', `reading ${name}: the source registry does not have it`);
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, name);
  if (content.kind === 'image') return content.blobs;
  if (depth >= deepestNesting)
    throw new SyncFailure('unsupported', `reading ${name}: indexes within indexes are too deep`);
  const below = await Promise.all(
    content.manifests.map((entry) => blobsBelow(job, { digest: entry.digest, depth: depth + 1 }, ports)),
  );
  return below.flat();
}
