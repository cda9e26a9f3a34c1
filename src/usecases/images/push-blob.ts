import { messageOf } from '../../domain/core/errors.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { nextPause, type BackoffLimits } from '../../domain/http/backoff.ts';
import { isTransient, SyncFailure } from '../../domain/oci/failure.ts';
import type { Descriptor } from '../../domain/oci/manifest.ts';
import type { Registry } from '../../domain/oci/registry.ts';

/** A blob that can be read from its beginning as often as needed. */
export interface BlobToPush extends Descriptor {
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** Where a blob is pushed to. */
export interface PushTarget {
  readonly registry: Registry;
  readonly path: string;
  /** Whether the registry is believed that it has the blob already. */
  readonly believes: boolean;
  /** Takes the bytes of the blob that are done. */
  readonly progress?: (done: number) => void;
}

/** What a push needs. */
export interface PushPorts {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly pause: Sleep;
}

const mostTries = 4;
/** Content that came wrong twice does not come right the third time. */
const mostWrongContents = 2;
const pauses: BackoffLimits = { first: 500, longest: 15_000 };

/**
 * Uploads a blob unless the registry has it. An upload that the registry has lost begins again.
 * @throws SyncFailure
 */
export async function pushBlob(blob: BlobToPush, target: PushTarget, ports: PushPorts): Promise<void> {
  const { registry, path, progress = () => undefined, believes } = target;
  let pause = 0;
  let inOnePiece = false;
  for (let tries = 1; ; tries += 1) {
    if (ports.signal.aborted) throw new SyncFailure('interrupted', `uploading ${blob.digest}: the run was stopped`);
    // Asked before each try: the answer to the last request of an upload may have been all that was lost. A registry that
    // does not answer even this was asked for two minutes.
    if ((believes || tries > 1) && (await registry.hasBlob(path, blob.digest))) return;
    try {
      await registry.writeBlob(path, { digest: blob.digest, size: blob.size, inOnePiece }, counted(blob, progress));
      return;
    } catch (error) {
      if (!(error instanceof SyncFailure) || !canRestart(error, tries)) throw error;
      // Some registries do not take chunks, and some proxies take nothing larger.
      if (error.kind === 'refused') inOnePiece = !inOnePiece;
      pause = Math.max(nextPause(pause, pauses, 1), error.retryAfterMilliseconds ?? 0);
      ports.log.warn(`${messageOf(error)}; uploading ${blob.digest} again from its beginning`);
      await ports.pause(pause);
    }
  }
}

// A registry that has mixed up an upload refuses it with 416.
function canRestart({ kind }: SyncFailure, tries: number): boolean {
  if (tries >= (kind === 'wrong-content' ? mostWrongContents : mostTries)) return false;
  return isTransient(kind) || kind === 'refused';
}

async function* counted(
  blob: BlobToPush,
  progress: (done: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let done = 0;
  for await (const piece of blob.read()) {
    yield piece;
    done += piece.length;
    progress(done);
  }
}
