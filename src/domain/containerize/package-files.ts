import type { FileEntry } from './file-entry.ts';

/** The format of a file that describes a package. */
export type PackageFormat = 'python' | 'conda' | 'r' | 'node' | 'vscode';

/** A file that describes a package. */
export interface PackageFile {
  readonly entry: FileEntry;
  readonly format: PackageFormat;
}

/** conda-meta lists each file of a package: the largest known ones have 5 MiB. */
const mostBytes = 16 * 1024 * 1024;

const patterns: readonly (readonly [PackageFormat, RegExp])[] = [
  // https://packaging.python.org/en/latest/specifications/recording-installed-packages/; `egg-info` before it.
  ['python', /\/[^/]+\.dist-info\/METADATA$/],
  ['python', /\/[^/]+\.egg-info\/PKG-INFO$/],
  ['conda', /\/conda-meta\/[^/]+\.json$/],
  ['r', /\/DESCRIPTION$/],
  ['node', /\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/],
  ['vscode', /\/extensions\/[^/]+\/package\.json$/],
];

/** Files that describe packages, by their path. A file that is too large for its format is none. */
export function findPackageFiles(entries: readonly FileEntry[]): readonly PackageFile[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'file' || entry.size === 0 || entry.size > mostBytes) return [];
    const [format] = patterns.find(([, pattern]) => pattern.test(entry.path)) ?? [];
    return format === undefined ? [] : [{ entry, format }];
  });
}
