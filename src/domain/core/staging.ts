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

/** Begins to stage folders of a root, after clearing away what an interrupted run may have left. */
export type StageFolders = (folders: readonly string[]) => Promise<Staging>;
