import type { CopyTotals, MoverPlan } from '../../schemas/documents.ts';
import type { VolumeSurvey } from './volume-survey.ts';

export type CopyOptions = Pick<MoverPlan, 'checksum' | 'delete' | 'owners' | 'attributes'>;

/** A file that was not copied, or differs. */
export interface FileProblem {
  /** Relative to the volume's root; empty for the root itself or when no file is to blame. */
  readonly path: string;
  readonly message: string;
}

export interface CopyProgress {
  readonly bytes: number;
  readonly percent: number;
  /** For a reader, for example `123.46MB/s`. */
  readonly rate: string;
}

/** A file, and what of it differs. */
export interface ComparedFile {
  readonly path: string;
  /** A clause; undefined when both sides agree. */
  readonly difference: string | undefined;
  /** What the file is and holds, without where and when; for a digest over all files. */
  readonly content: string;
  /** The name as the program prints it, without the slash at the end of a folder's. */
  readonly printed: string;
  /** Size of a regular file; of anything else what the program prints as such. */
  readonly bytes: number;
  readonly type: 'file' | 'folder' | 'other';
  /** What a copy does or would do, where both sides differ: `other` changes a name or attributes of what is there. */
  readonly change: 'written' | 'deleted' | 'other';
  /** Whether it is a regular file of which the destination has nothing, neither an older one nor a link to it. */
  readonly isMissing: boolean;
}

export const noTotals: CopyTotals = { files: 0, bytes: 0, copiedFiles: 0, copiedBytes: 0, deletedFiles: 0 };

/** The totals of a move after another copy, which may be of a part of the files. */
export function addTotals(sum: CopyTotals, last: CopyTotals): CopyTotals {
  return {
    files: Math.max(sum.files, last.files),
    bytes: Math.max(sum.bytes, last.bytes),
    copiedFiles: sum.copiedFiles + last.copiedFiles,
    copiedBytes: sum.copiedBytes + last.copiedBytes,
    deletedFiles: sum.deletedFiles + last.deletedFiles,
  };
}

/** What the copying program does in one run. Names are as it prints them. */
export type CopierWork =
  /** Copies what differs in size or time. */
  | { readonly kind: 'copy'; readonly survey: VolumeSurvey }
  /** Compares checksums and copies what differs, without the files that are compared apart. */
  | { readonly kind: 'copy-by-content'; readonly survey: VolumeSurvey; readonly apart: readonly string[] }
  /** Copies files, whatever it finds. */
  | { readonly kind: 'copy-named'; readonly survey: VolumeSurvey; readonly names: Promise<readonly string[]> }
  /** Compares and changes nothing. */
  | {
      readonly kind: 'compare';
      readonly survey: VolumeSurvey;
      readonly apart: readonly string[];
      readonly checksum: boolean;
    }
  /** Compares some files, once their names are known; the connection is opened before. It reports their folders too. */
  | { readonly kind: 'compare-named'; readonly names: Promise<readonly string[]> };

export interface CopierReports {
  readonly onFile?: (file: ComparedFile) => void;
  readonly onProgress?: (progress: CopyProgress) => void;
  readonly onTotal?: (total: Partial<CopyTotals>) => void;
  readonly onProblem?: (problem: FileProblem) => void;
}

/** It visited all files. */
export interface CopierDone {
  readonly kind: 'done';
  /** What it complained of, when it was not content; empty otherwise. */
  readonly complaint: string;
}

/** What its end means for the run. */
export type CopierVerdict =
  | CopierDone
  | { readonly kind: 'retry'; readonly message: string; readonly wasConnected: boolean }
  | { readonly kind: 'final'; readonly reason: 'disk-full' | 'refused'; readonly message: string };

/** The program that copies and compares a volume over the tunnel to the other side. */
export interface VolumeCopier {
  /** @param signal ends the program before it is done */
  run(work: CopierWork, reports: CopierReports, signal?: AbortSignal): Promise<CopierVerdict>;
}
