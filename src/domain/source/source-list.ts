import type { BlobContent } from './blob-store.ts';

/** A file, folder or link that is part of a source. Paths are relative, with `/`. */
export interface SourceEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink';
  /** Bytes; 0 for all but files. */
  readonly size: number;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modified: number;
  /** Of a link. */
  readonly target: string;
}

export interface LeftOut {
  /** Ends in a slash for a folder, which is not read. */
  readonly path: string;
  /** Undefined for a folder. */
  readonly bytes: number | undefined;
  /** The file of the rule and its text, or why these tasks leave it out. */
  readonly rule: string;
  /** Whether the application may need it: no rule leaves it out. */
  readonly isMissing?: boolean;
}

export interface SourceList {
  readonly entries: readonly SourceEntry[];
  readonly leftOut: readonly LeftOut[];
  /** Whose rules were used: `.epinioignore`, `.gitignore`; undefined for none. */
  readonly ruleFile: string | undefined;
}

/** Where the source comes from. */
export interface SourceReader {
  /** Without logins, for the report. */
  readonly origin: string;
  /** Id of the commit that has the files. Absent: they are of no commit. */
  readonly commit?: string;
  /** Undefined for an archive, which is uploaded as it is. */
  readonly list: SourceList | undefined;
  readonly pack: () => Promise<BlobContent>;
  /** Removes the copy that was made to read it, once it is uploaded. Absent: there is none. */
  readonly discard?: () => Promise<void>;
}
