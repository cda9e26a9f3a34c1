import type { Redactor } from './secret.ts';

/** Where a use case logs its work. Each line is one unit of work. */
export interface Log {
  /** What the run knows to be secret; each line is redacted with it. */
  readonly redactor: Redactor;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /**
   * Replaces the last progress line on a terminal; elsewhere printed every few seconds. The progress of one item is a line
   * everywhere, since several items progress at the same time; without a message it is an event only.
   * @param subject what it is the progress of, or a message about the progress of the whole task
   */
  progress(done: number, total: number, subject: string | ProgressSubject): void;
  /** The outcome of an item as soon as it is known. A line for people if there is a text, an event for programs always. */
  item(item: LoggedItem, text?: string): void;
}

/** What the items of a task are. */
export type ItemKind = 'image' | 'claim' | 'object';

/** The runtime sets both for each task. */
interface EventSource {
  readonly task?: string;
  readonly kind?: ItemKind;
}

export interface ProgressSubject extends EventSource {
  /** For people. */
  readonly message?: string;
  /** The item; absent: the whole task. */
  readonly id?: string;
  /** Bytes that are copied. */
  readonly bytes?: number;
  readonly totalBytes?: number;
}

export interface LoggedItem extends EventSource {
  readonly id: string;
  readonly outcome: 'done' | 'skipped' | 'failed';
  readonly reason: string;
  readonly message?: string;
}

/** A list of JSON values: an array, or one that takes less memory. To read it in order is fastest. */
export interface ReadList<T> extends Iterable<T> {
  readonly length: number;
  /** The value at an index from 0; undefined beyond the end. */
  at(index: number): T | undefined;
}

/** A list to which values are added. They are not changed afterwards. */
export interface KeptList<T> extends ReadList<T> {
  push(value: T): unknown;
}

/** Makes empty lists for what is kept of each of thousands of objects. */
export type MakeList = <T>() => KeptList<T>;

/** A text file that is too long to be in memory as a whole. */
export interface LongText {
  /** Without line ends. They can be read once. */
  readonly lines: AsyncIterable<string>;
  /** `sha256:<hex>` of what was read. */
  digest(): string;
}

/** A folder that a task reads or owns. Paths are relative, with `/`; they never leave the folder. */
export interface Folder {
  /** Absolute path, for messages. */
  readonly path: string;
  /** Text of a file, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** As `read`, a line at a time. */
  readLines(path: string): Promise<LongText | undefined>;
  /** Writes whole or not at all: temp file, fsync, rename. Leaves an identical file alone. */
  write(path: string, text: string): Promise<void>;
  /** Writes a long text whole or not at all, from its pieces. Gives the digest of the file, `sha256:<hex>`. */
  writeParts(path: string, parts: Iterable<string>): Promise<string>;
  remove(path: string): Promise<void>;
  /**
   * All files below, recursively, sorted by code unit; none without the folder. Links and special files are among them:
   * `read` refuses these, so that a manifest is not left out without an error.
   */
  list(): Promise<readonly string[]>;
  /** As `list`, one after the other and in no order: thousands of paths take much memory at once. */
  walk(): AsyncIterable<string>;
  folder(path: string): Folder;
}

/** New folders out of sight, which take the place of the old ones all at once. */
export interface Staging {
  /** Adds or replaces a file. The path is relative to the root and is in one of the staged folders. */
  put(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Takes a file of the old folder along. */
  keep(path: string): Promise<void>;
  /** Puts the folders in the place of the old ones. */
  publish(): Promise<void>;
  /** Throws everything staged away; the old folders are kept. */
  discard(): Promise<void>;
}

/** Files that are written out of sight, and replace those of a folder together. */
export interface StagedFiles {
  /** Absolute path of a staged file, for another writer. */
  pathOf(name: string): string;
  /** @throws TaskError `disk-full` or `io-broke` */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /**
   * Moves the files into their folder; each must be staged. Other files of the folder are kept. A run that is killed
   * meanwhile is completed by the next one, so that the folder never keeps files of two runs.
   * @throws TaskError
   */
  publish(names: readonly string[]): Promise<void>;
  /** Removes the staged files; the folder is as before. Never fails. */
  discard(): Promise<void>;
}

/** Begins to stage folders of a root, after clearing away what an interrupted run may have left. */
export type StageFolders = (folders: readonly string[]) => Promise<Staging>;

/** Text form of resources. */
export interface YamlCodec {
  /** All documents of a text. Throws TaskError `invalid-file` naming the source. */
  parse(text: string, source: string): readonly unknown[];
  /** Stable YAML of one document: keys sorted, strings safe for YAML 1.1 readers. */
  format(value: unknown): string;
}

/** Waits some milliseconds; rejects when the run is stopped. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** `sha256:<hex>` of a text. */
export type Sha256 = (text: string) => string;
