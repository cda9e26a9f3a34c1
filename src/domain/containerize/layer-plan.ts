import type { FileEntry } from './file-entry.ts';

/** The files of an area, sorted by path in byte order. */
export interface AreaEntries {
  /** Name of the area. */
  readonly area: string;
  readonly entries: readonly FileEntry[];
}

/** A file of a layer. */
export interface PlannedEntry {
  readonly entry: FileEntry;
  /** The first name of the same file, which is in the same layer; undefined where this is the first name. */
  readonly linkTo: string | undefined;
  /** Of a file that Python compiled: the source that it was made from. */
  readonly source: FileEntry | undefined;
}

/** What one layer of the image has. */
export interface LayerPlan {
  /** Name of the area; `removed` for the layer that only hides files of the base image. */
  readonly area: string;
  /** Number within the area, from 1. */
  readonly part: number;
  /** Sorted by path in byte order. Each folder that is known comes before what is in it, in each layer again. */
  readonly entries: readonly PlannedEntry[];
  /** Absolute paths of files that the base image has and the container had not. */
  readonly whiteouts: readonly string[];
  /** Absolute paths of folders of which nothing in the base image may be seen: a volume was mounted there. */
  readonly opaque: readonly string[];
  /** Bytes of the contents, each file once. */
  readonly bytes: number;
}

/** The entries of a layer whose content is read: all but made folders and further names of a file, in the order of the plan. */
export function entriesToRead(plan: LayerPlan): readonly FileEntry[] {
  return plan.entries
    .filter(({ entry, linkTo }) => linkTo === undefined && entry.isMade === undefined)
    .map(({ entry }) => entry);
}
