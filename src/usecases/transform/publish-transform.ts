import type { Folder, Log, Staging } from '../../domain/core/ports.ts';
import { indexPath } from '../../domain/export/export-index.ts';
import {
  isIgnoredFile,
  isTransformFile,
  transformIndexParts,
  type TextFile,
} from '../../domain/transform/transform-layout.ts';
import { mapConcurrently } from '../map-concurrently.ts';

const filesAtOnce = 8;

/** The folder of all files of crane-export's layout; those of other layouts are written one by one. */
export const stagedFolder = 'resources';

export interface OutputFile extends TextFile {
  readonly digest: string;
}

interface PublishInput {
  /** Lines of the index over patch files and whiteout markers, sorted. */
  readonly lines: Iterable<string>;
  /** Those of the files that are not staged. */
  readonly others: readonly TextFile[];
  /** Files of ignored patches. */
  readonly ignored: Iterable<TextFile>;
  readonly transformFolder: Folder;
  readonly ignoredFolder: Folder | undefined;
}

export function isStaged(path: string): boolean {
  return path.startsWith(`${stagedFolder}/`);
}

/** Stages a file, whose text need not be kept then. One that is not staged is written later. */
export async function stageFile(file: OutputFile, staging: Staging): Promise<OutputFile> {
  if (!isStaged(file.path)) return file;
  await staging.put(file.path, file.text);
  return { ...file, text: '' };
}

/** Replaces the files of an earlier run, and keeps those outside the layout. Gives the digest of their index. */
export async function publishTransform(
  { lines, others, ignored, transformFolder, ignoredFolder }: PublishInput,
  { staging, log }: { readonly staging: Staging; readonly log: Log },
): Promise<string> {
  for await (const path of transformFolder.walk()) {
    if (isStaged(path) && !isTransformFile(path)) await staging.keep(path);
  }
  // Without an index nothing is taken for whole: the old one must not vouch for new files.
  await transformFolder.remove(indexPath);
  await staging.publish();
  const isOurs = (path: string): boolean => isTransformFile(path) && !isStaged(path);
  await replaceFiles({ folder: transformFolder, files: others, isOurs }, log);
  if (ignoredFolder !== undefined) {
    await replaceFiles({ folder: ignoredFolder, files: ignored, isOurs: isIgnoredFile }, log);
  }
  return transformFolder.writeParts(indexPath, transformIndexParts(lines));
}

interface Replacement {
  readonly folder: Folder;
  readonly files: Iterable<TextFile>;
  /** Whether a file is of the layout, and is deleted when the run did not write it. */
  readonly isOurs: (path: string) => boolean;
}

async function replaceFiles({ folder, files, isOurs }: Replacement, log: Log): Promise<void> {
  const current = new Set<string>();
  await mapConcurrently(files, filesAtOnce, ({ path, text }) => {
    current.add(path);
    return folder.write(path, text);
  });
  const outdated: string[] = [];
  for await (const path of folder.walk()) if (isOurs(path) && !current.has(path)) outdated.push(path);
  for (const path of outdated.sort()) {
    await folder.remove(path);
    log.debug(`removed ${path}: of an earlier run`);
  }
}
