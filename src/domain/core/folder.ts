/** A folder that a task reads or owns. Paths are relative, with `/`; they never leave the folder. */
export interface Folder {
  /** Absolute path, for messages. */
  readonly path: string;
  /** Text of a file, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Writes whole or not at all: temp file, fsync, rename. Leaves an identical file alone. */
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /**
   * All files below, recursively, sorted by code unit; empty when the folder does not exist. Links and special files are
   * among them: `read` refuses these, so that a manifest is not left out without an error.
   */
  list(): Promise<readonly string[]>;
  folder(path: string): Folder;
}
