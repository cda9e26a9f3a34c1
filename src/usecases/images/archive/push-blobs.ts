import { messageOf } from '../../../domain/core/errors.ts';
import type { ImageLocation } from '../../../domain/oci/image-location.ts';
import type { Registry } from '../../../domain/oci/registry.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { pushBlob, type BlobToPush } from '../push-blob.ts';
import type { PushArchivePorts } from './ports.ts';

/** Where blobs of an earlier image of the same run are. */
export interface PushedBlobs {
  /** A repository by `host` and digest. */
  readonly places: Map<string, string>;
  /** Bytes that were read for an upload, all images together. */
  readonly advance: (bytes: number) => void;
}

/** How a repository gets blobs. */
export interface BlobsPush {
  readonly pushed: PushedBlobs;
  readonly ports: PushArchivePorts;
  /** Whether the registry is believed that it has a blob already; it is, unless it has lost one. */
  readonly believes?: boolean;
}

/** Each has two chunks of 5 MiB in memory. */
const blobsAtOnce = 2;

/**
 * Pushes blobs to a repository, each once. It skips those that the repository has, and mounts those of another one.
 * @throws SyncFailure
 */
export async function pushBlobs(
  blobs: readonly BlobToPush[],
  { host, path }: ImageLocation,
  { pushed, ports, believes = true }: BlobsPush,
): Promise<void> {
  const registry = ports.destination(host);
  const unique = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
  await mapConcurrently(unique, blobsAtOnce, async (blob) => {
    const key = `${host} ${blob.digest}`;
    const progress = countingUp(pushed.advance);
    const from = believes ? pushed.places.get(key) : undefined;
    if (!(await mounts(registry, { path, from, blob }, ports)))
      await pushBlob(blob, { registry, path, progress, believes }, ports);
    progress(blob.size);
    pushed.places.set(key, path);
  });
}

async function mounts(
  registry: Registry,
  { path, from, blob }: { readonly path: string; readonly from: string | undefined; readonly blob: BlobToPush },
  { log }: PushArchivePorts,
): Promise<boolean> {
  if (from === undefined || from === path) return from === path;
  try {
    return await registry.mount(path, { digest: blob.digest, path: from });
  } catch (error) {
    log.debug(`mounting ${blob.digest} from ${from} into ${path}: ${messageOf(error)}`);
    return false;
  }
}

/** Passes on how much further something is than ever before: a blob that begins again adds nothing for a while. */
function countingUp(advance: (bytes: number) => void): (done: number) => void {
  let most = 0;
  return (done) => {
    if (done <= most) return;
    advance(done - most);
    most = done;
  };
}
