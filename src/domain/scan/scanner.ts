import type { ScanOutcome } from './collect-findings.ts';

/** Files that can be scanned at a time: as many as layers are written. */
export const filesAtOnce = 2;

/** What the files of an area are: `changed` are those of the container's own file system that its image does not have. */
export type FileArea = 'library' | 'workspace' | 'packages' | 'changed';

export interface ScannedFile {
  /** Absolute in the container. */
  readonly path: string;
  /** What people write in a workspace is scanned by more rules. */
  readonly area: FileArea;
  /** Bytes. */
  readonly size: number;
}

/** Takes the bytes of one file. */
export interface FileScan {
  /** The bytes are not kept. */
  readonly write: (bytes: Uint8Array) => void;
  /** @param sha256 of the file in hex, when the caller has it; else it is computed */
  readonly end: (sha256?: string) => Promise<void> | undefined;
}

export interface Scanner {
  /** Begins a file. Fewer than `filesAtOnce` others may be under way. @throws RangeError when there are more */
  readonly file: (file: ScannedFile) => FileScan;
  /** Scans a text of the image: its configuration, history, labels, annotations, SBOM, provenance. */
  readonly text: (place: string, text: string, origin: 'ours' | 'base') => void;
  /** What was found, when all was scanned. */
  readonly finish: () => ScanOutcome;
  readonly close: () => Promise<void>;
}
