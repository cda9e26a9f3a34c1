import { indexPath } from '../../domain/export/export-index.ts';
import {
  isIgnoredFile,
  isTransformFile,
  formatTransformIndex,
  type TextFile,
} from '../../domain/transform/transform-layout.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Log, Folder, Staging, Sha256 } from '../../domain/core/ports.ts';

/** The folder of all files of crane-export's layout; those of other layouts are written one by one. */
export const stagedFolder = 'resources';

const filesAtOnce = 8;

/** A file to write, or one that is staged already and whose text need not be kept. */
export interface OutputFile extends TextFile {
  readonly digest: string;
}

export interface PublishInput {
  /** Patch files and whiteout markers. */
  readonly files: readonly OutputFile[];
  /** Files of ignored patches. */
  readonly ignored: readonly TextFile[];
  readonly transformFolder: Folder;
  readonly ignoredFolder: Folder | undefined;
}

export function isStaged(path: string): boolean {
  return path.startsWith(`${stagedFolder}/`);
}

/**
 * Puts the files of a run in the place of an earlier one's; files outside the layout are kept.
 * @returns the digest of their index
 */
export async function publishTransform(
  { files, ignored, transformFolder, ignoredFolder }: PublishInput,
  { staging, sha256, log }: { readonly staging: Staging; readonly sha256: Sha256; readonly log: Log },
): Promise<string> {
  for (const path of await transformFolder.list()) {
    if (isStaged(path) && !isTransformFile(path)) await staging.keep(path);
  }
  // Without an index nothing is taken for whole: the old one must not vouch for new files.
  await transformFolder.remove(indexPath);
  await staging.publish();
  const others = files.filter(({ path }) => !isStaged(path));
  const isOurs = (path: string): boolean => isTransformFile(path) && !isStaged(path);
  await replaceFiles({ folder: transformFolder, files: others, isOurs }, log);
  if (ignoredFolder !== undefined) {
    await replaceFiles({ folder: ignoredFolder, files: ignored, isOurs: isIgnoredFile }, log);
  }
  const index = formatTransformIndex(files);
  await transformFolder.write(indexPath, index);
  return sha256(index);
}

interface Replacement {
  readonly folder: Folder;
  readonly files: readonly TextFile[];
  /** Whether a file is of the layout, and is deleted when the run did not write it. */
  readonly isOurs: (path: string) => boolean;
}

async function replaceFiles({ folder, files, isOurs }: Replacement, log: Log): Promise<void> {
  await mapConcurrently(files, filesAtOnce, ({ path, text }) => folder.write(path, text));
  const current = new Set(files.map(({ path }) => path));
  for (const path of await folder.list()) {
    if (!isOurs(path) || current.has(path)) continue;
    await folder.remove(path);
    log.debug(`removed ${path}: of an earlier run`);
  }
}
