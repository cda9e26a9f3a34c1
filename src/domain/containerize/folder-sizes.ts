import type { SummaryFile, SummaryFolder } from '../schemas/documents.ts';
import { areaOf } from './area-of.ts';
import type { FileEntry } from './file-entry.ts';
import type { PlannedArea } from './plan.ts';

/** Sizes of files, together. */
export interface Sizes {
  /** All but folders; each name of a file counts. */
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  readonly onDisk: number;
}

/** The largest folders and the number of those that are not among them. */
export interface FolderSizes {
  readonly folders: readonly SummaryFolder[];
  readonly foldersNotListed: number;
}

/** Folders that a page can show, and that a person looks at. */
const mostFolders = 1000;
const mostFiles = 100;

/**
 * Entries without the sizes of further names of the same file.
 * @param entries sorted by path: the first name of a file has its size
 */
export function countOnce(entries: readonly FileEntry[]): readonly FileEntry[] {
  const seen = new Set<string>();
  return entries.map((entry) => {
    if (entry.kind !== 'file' || entry.links < 2) return entry;
    if (seen.has(entry.inode)) return { ...entry, size: 0, allocated: 0 };
    seen.add(entry.inode);
    return entry;
  });
}

/** Adds up entries of which each file has its size once: see `countOnce`. */
export function addSizes(entries: readonly FileEntry[]): Sizes {
  const sum = { files: 0, folders: 0, bytes: 0, onDisk: 0 };
  for (const { kind, size, allocated } of entries) {
    if (kind === 'directory') sum.folders += 1;
    else sum.files += 1;
    if (kind !== 'file') continue;
    sum.bytes += size;
    sum.onDisk += allocated;
  }
  return sum;
}

/** Adds up what is in each folder and below it. The folder above a listed folder is listed too. */
export function measureFolders(
  entries: readonly FileEntry[],
  areas: readonly PlannedArea[],
  most: number = mostFolders,
): FolderSizes {
  const sums = new Map<string, { files: number; bytes: number; onDisk: number }>();
  for (const { path, kind, size, allocated } of entries) {
    const isFile = kind === 'file';
    const first = kind === 'directory' ? path : parentOf(path);
    for (let folder: string | undefined = first; folder !== undefined; folder = parentOf(folder)) {
      const sum = sums.get(folder) ?? { files: 0, bytes: 0, onDisk: 0 };
      sum.files += kind === 'directory' ? 0 : 1;
      sum.bytes += isFile ? size : 0;
      sum.onDisk += isFile ? allocated : 0;
      sums.set(folder, sum);
    }
  }
  // No folder is larger than the one above it, and sorts before it.
  const largest = [...sums].sort(([a, { bytes: x }], [b, { bytes: y }]) => y - x || compare(a, b)).slice(0, most);
  const folders = largest
    .sort(([a], [b]) => compare(a, b))
    .map(([path, sum]) => ({ path, area: areaOf(path, areas)?.name ?? '', ...sum }));
  return { folders, foldersNotListed: sums.size - folders.length };
}

/** The largest files, largest first. */
export function largestFiles(entries: readonly FileEntry[], most: number = mostFiles): readonly SummaryFile[] {
  return entries
    .filter(({ kind, size }) => kind === 'file' && size > 0)
    .sort((a, b) => b.size - a.size || compare(a.path, b.path))
    .slice(0, most)
    .map(({ path, size, allocated }) => ({ path, bytes: size, onDisk: allocated }));
}

function parentOf(path: string): string | undefined {
  if (path === '/') return undefined;
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
