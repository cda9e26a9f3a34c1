import type { PackedLayer } from '../oci/image-archive/archive-files.ts';
import type { FileEntry, ReadFile } from './file-entry.ts';
import type { LayerPlan } from './layer-plan.ts';
import type { OwnerRule } from './layer-owner.ts';

/** 1980-01-01T00:00:01Z, as buildpacks set it: zip archives cannot have earlier times. */
export const fixedTime = 315_532_801;

/** Sees the bytes of a layer as they are written. */
export interface ContentTap {
  /** The bytes are not kept: their memory is used again. Calls for a file are in order, `end` follows for each file. */
  content(entry: FileEntry, bytes: Uint8Array): void | Promise<void>;
  end(entry: FileEntry): void | Promise<void>;
  /** Everything that was seen of a layer is void: it is written again. */
  restart(plan: LayerPlan): void;
}

export interface LayerOptions {
  readonly owners: OwnerRule;
  /** Seconds since 1970 that all files have; `kept`: their own. With their own the same files of two runs differ. */
  readonly time: number | 'kept';
  readonly tap: ContentTap | undefined;
}

/** A layer that can be read any number of times until it is closed. */
export interface WrittenLayer extends PackedLayer {
  readonly plan: LayerPlan;
  /** Digest of the tar without compression. */
  readonly diffId: string;
  /** Bytes of the tar without compression. */
  readonly tarBytes: number;
  /** Regular files, each name counted. */
  readonly files: number;
  /** Bytes of the contents. */
  readonly bytes: number;
  /** Paths of the plan that did not come, and those of further names of such files. */
  readonly missing: readonly string[];
  /** Files that begin as SQLite databases do. */
  readonly databases: readonly string[];
  /** Number of files whose group got the rights of the owner. */
  readonly groupRights: number;
}

export interface LayerWriter {
  /**
   * Writes a layer: a tar in pax form, compressed with gzip. The same files give the same bytes.
   * @param files of `entriesToRead(plan)`, in that order; some may be missing
   * @throws TaskError `incomplete` for a file of another length than it says, or one that was not asked for; `disk-full`,
   *   `io-broke`
   */
  write(plan: LayerPlan, files: AsyncIterable<ReadFile>, options: LayerOptions): Promise<WrittenLayer>;
}
