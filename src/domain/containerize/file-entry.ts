/** What a file is; a further name of a file that was listed before is a `file` with the same inode. */
export type FileKind = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'character-device' | 'block-device';

/** A file as a listing of a running container shows it. */
export interface FileEntry {
  /** Absolute in the container, without a slash at its end. */
  readonly path: string;
  readonly kind: FileKind;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Apparent size in bytes; 0 for all but files. */
  readonly size: number;
  /** Bytes on disk: far fewer than `size` when the file has holes. */
  readonly allocated: number;
  /** Seconds since 1970 with a fraction, as text, so that nothing is rounded. */
  readonly modified: string;
  /** When content or metadata last changed; a program cannot set it. Same form as `modified`. */
  readonly changed: string;
  /** Device and inode: the same for all names of one file. */
  readonly inode: string;
  /** Names of the file, those outside the listing too. */
  readonly links: number;
  /** Where a symbolic link points. */
  readonly target: string | undefined;
  /** A folder that the container need not have: an image gets it as it is described here, and nothing is read. */
  readonly isMade?: true;
}

/** Extended attributes by name, such as `user.origin` and `security.capability`. */
export type ExtendedAttributes = ReadonlyMap<string, Uint8Array>;

/** A file whose content is read now. All of `content` must be read before the next file. */
export interface ReadFile {
  readonly entry: FileEntry;
  readonly attributes: ExtendedAttributes;
  /** Names of attributes that belong to the place of the file, such as `security.selinux`, and that an image does not get. */
  readonly dropped?: readonly string[];
  /** Exactly `entry.size` bytes, with holes as zeros; none for all but the first name of a file. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** What a reader had to leave out or could not keep. */
export interface ReadNote {
  readonly path: string;
  readonly reason:
    | 'unreadable'
    | 'vanished'
    | 'changed-while-read'
    | 'device'
    | 'socket'
    | 'invalid-name'
    | 'too-large'
    | 'attributes-lost'
    | 'attributes-dropped'
    | 'mount-inside'
    | 'package-cache';
  readonly detail: string;
}

/** Narrows what is listed. */
export interface ListOptions {
  /** Absolute paths that are neither listed nor entered. */
  readonly without?: readonly string[];
  /** Only what changed at this time or later, in seconds since 1970. */
  readonly changedSince?: number;
  /** Only the paths, and what is directly in them. */
  readonly isShallow?: boolean;
}

/** The files of a running container or of claims that are mounted here. */
export interface FileReader {
  /**
   * Lists folders with all that is below, on their file systems only, sorted by path in byte order. Files that cannot be
   * read, sockets and devices are only in the notes.
   * @throws TaskError `invalid-param` for a folder that is not there, `forbidden` without the right to exec
   */
  list(
    paths: readonly string[],
    options?: ListOptions,
  ): Promise<{ readonly entries: readonly FileEntry[]; readonly notes: readonly ReadNote[] }>;
  /**
   * Reads entries in the order given. The stream ends only when the sender has confirmed its length and its digest.
   * An entry that is gone or changed its kind is not in the stream, but in a note. A further name of a file that was
   * given before has no content.
   * @throws TaskError `incomplete` for a stream that ended early
   */
  read(entries: readonly FileEntry[], onNote?: (note: ReadNote) => void): AsyncIterable<ReadFile>;
}
