import { ArchiveDefect } from './archive-defect.ts';

/** What an archive may become at most. */
export interface UnpackLimits {
  /** Bytes of all files, holes of sparse files included. */
  readonly bytes: number;
  /** Files, folders and links. */
  readonly entries: number;
  /** How many times as long as the archive its content may be. */
  readonly ratio: number;
}

export interface UnpackMeter {
  /** Counts an entry and the bytes that it says it has. @throws ArchiveDefect */
  readonly entry: (bytes: number) => void;
  /** Counts bytes that came out of the decompression. @throws ArchiveDefect */
  readonly inflated: (bytes: number) => void;
  readonly count: () => { readonly entries: number; readonly bytes: number };
}

/** Below it, no ratio says anything: an empty file of a megabyte packs to nothing. */
const ratioFrom = 64 * 1024 * 1024;
/** Headers and filling for each entry, and the end of the archive. */
const overhead = { entry: 4096, archive: 16 * 1024 * 1024 };

/** @param packed bytes of the archive */
export function createMeter(limits: UnpackLimits, packed: number): UnpackMeter {
  let entries = 0;
  let bytes = 0;
  let inflated = 0;
  return {
    entry: (size) => {
      entries += 1;
      bytes += size;
      if (entries > limits.entries) {
        throw new ArchiveDefect(`it has more than ${String(limits.entries)} entries, the limit entry-limit`);
      }
      if (bytes > limits.bytes) {
        throw new ArchiveDefect(`its files have more than ${String(limits.bytes)} bytes, the limit size-limit`);
      }
    },
    inflated: (size) => {
      inflated += size;
      if (inflated > ratioFrom && inflated > packed * limits.ratio) {
        throw new ArchiveDefect(
          `its content is more than ${String(limits.ratio)} times as long, the limit ratio-limit`,
        );
      }
      if (inflated > limits.bytes + limits.entries * overhead.entry + overhead.archive) {
        throw new ArchiveDefect(`its content has more than ${String(limits.bytes)} bytes, the limit size-limit`);
      }
    },
    count: () => ({ entries, bytes }),
  };
}
