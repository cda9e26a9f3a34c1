import type { Descriptor } from '../manifest.ts';

/** A file or, with a name that ends with a slash, a folder of an archive that is written. */
export interface ArchiveMember {
  readonly name: string;
  /** Bytes; known before the content is read. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What the bytes of a layer turned out to be. */
export interface LayerFacts extends Descriptor {
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** Digest of the layer without compression; undefined when only the stored bytes were read. */
  readonly diffId: string | undefined;
}

/** A layer that was compressed, to be read any number of times. */
export interface PackedLayer extends Descriptor {
  read(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A tar file whose list of members was read and found safe. Names have neither `./` in front nor `..` in them. */
export interface OpenArchive {
  /** Size in bytes of each regular file, by name; the name of a link has the size of what it leads to. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Bytes of a small member. Throws TaskError `invalid-file` when there is none or it has more than `mostBytes`. */
  read(name: string, mostBytes: number): Promise<Uint8Array>;
  /** The bytes of a member, piece by piece. */
  stream(name: string): AsyncIterable<Uint8Array>;
  /** Digest of a member's bytes by an algorithm such as `sha256`, and of what they are without compression if `unpacked`. */
  inspect(name: string, options: { readonly algorithm: string; readonly unpacked: boolean }): Promise<LayerFacts>;
  /** Compresses a member with gzip: the same bytes each time. */
  pack(name: string): Promise<PackedLayer>;
  /** `sha256:<hex>` of bytes. */
  digestOf(bytes: Uint8Array): string;
  close(): Promise<void>;
}

/** Tar files. */
export interface ArchiveFiles {
  /**
   * Writes a tar whole or not at all: the same members give the same bytes. Content of another length than its member
   * says ends it with TaskError `incomplete`, and no file is left. A file whose name ends with `.gz` or `.tgz` is
   * compressed with gzip.
   * @returns bytes of the file
   */
  write(file: string, members: Iterable<ArchiveMember>): Promise<number>;
  /**
   * Opens a tar, plain or compressed as a whole with gzip.
   * @throws TaskError `invalid-file` for one that is cut short or has members that no image archive has
   */
  open(file: string): Promise<OpenArchive>;
}
