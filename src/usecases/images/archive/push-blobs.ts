import { messageOf } from '../../../domain/core/errors.ts';
import { nextPause, type BackoffLimits } from '../../../domain/http/backoff.ts';
import { isTransient, SyncFailure } from '../../../domain/oci/failure.ts';
import type { ImageLocation } from '../../../domain/oci/image-location.ts';
import type { Descriptor } from '../../../domain/oci/manifest.ts';
import type { Registry } from '../../../domain/oci/registry.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import type { PushArchivePorts } from './ports.ts';

/** A blob that can be read from its beginning as often as needed. */
export interface BlobToPush extends Descriptor {
  readonly read: () => AsyncIterable<Uint8Array>;
}

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
const mostTries = 4;
const pauses: BackoffLimits = { first: 500, longest: 15_000 };

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
      await pushOne(blob, { registry, path, progress, believes }, ports);
    progress(blob.size);
    pushed.places.set(key, path);
  });
}

interface Target {
  readonly registry: Registry;
  readonly path: string;
  readonly believes: boolean;
  /** Takes the bytes of the blob that are done. */
  readonly progress: (done: number) => void;
}

async function pushOne(blob: BlobToPush, target: Target, ports: PushArchivePorts): Promise<void> {
  const { registry, path, progress, believes } = target;
  let pause = 0;
  let inOnePiece = false;
  for (let tries = 1; ; tries += 1) {
    ports.signal.throwIfAborted();
    // Asked before each try: the answer to the last request of an upload may have been all that was lost. A registry that
    // does not answer even this was asked for two minutes.
    if ((believes || tries > 1) && (await registry.hasBlob(path, blob.digest))) return;
    try {
      await registry.writeBlob(path, { ...blob, inOnePiece }, counted(blob, progress));
      return;
    } catch (error) {
      if (!(error instanceof SyncFailure) || !canRestart(error) || tries >= mostTries) throw error;
      // Some registries do not take chunks, and some proxies take nothing larger.
      if (error.kind === 'refused') inOnePiece = !inOnePiece;
      pause = Math.max(nextPause(pause, pauses, 1), error.retryAfterMilliseconds ?? 0);
      ports.log.warn(`${messageOf(error)}; uploading ${blob.digest} again from its beginning`);
      await ports.pause(pause);
    }
  }
}

// A registry that has lost or mixed up an upload refuses it with 404 or 416.
function canRestart({ kind }: SyncFailure): boolean {
  return isTransient(kind) || kind === 'refused' || kind === 'not-found';
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

async function* counted(blob: BlobToPush, progress: Target['progress']): AsyncGenerator<Uint8Array, void, undefined> {
  let done = 0;
  for await (const piece of blob.read()) {
    yield piece;
    done += piece.length;
    progress(done);
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
