import { TaskError } from '../../domain/core/errors.ts';
import { indexPath } from '../../domain/export/export-index.ts';
import { PatchError } from '../../domain/kube/json-patch.ts';
import { patchPathOf, whiteoutPathOf, parseTransformIndex } from '../../domain/transform/transform-layout.ts';
import type { Folder, Sha256 } from '../../domain/core/ports.ts';
import { makeTextTable, type TextTable } from '../../domain/core/text-table.ts';
import { readIndex, type TakeIndex } from '../read-index.ts';

/** What a transform folder says of one exported file. */
export type TransformOfFile =
  | { readonly kind: 'whiteout' }
  | { readonly kind: 'patch'; readonly text: string }
  | { readonly kind: 'none' };

export interface TransformFiles {
  /**
   * @param path of the exported file, relative to the export
   * @throws PatchError when the file that the index promises is gone; TaskError `invalid-file` when a digest was given
   *   and it is another file
   */
  readonly find: (path: string) => Promise<TransformOfFile>;
}

interface Opened {
  readonly folder: Folder;
  /** Paths of the files that are there. */
  readonly files: TextTable;
  /** Undefined for a folder without an index, as crane leaves it. */
  readonly index: TransformIndex | undefined;
  /** Whether files must be what the index says. */
  readonly isPinned: boolean;
  readonly sha256: Sha256;
}

interface TransformIndex {
  /** Paths of its files. */
  readonly files: TextTable;
  /** Paths with their digests. */
  readonly contents: TextTable;
}

/**
 * Opens a transform folder. Its files may have been edited; the index lists which ones there must be, since a loss of
 * power may lose some. @throws TaskError `invalid-file`
 * @param digest `sha256:<hex>` of the index as crane-transform reported it; undefined: not checked
 */
export async function openTransform(
  { folder, digest }: { readonly folder: Folder; readonly digest: string | undefined },
  sha256: Sha256,
): Promise<TransformFiles> {
  const isPinned = digest !== undefined;
  const check = (actual: string): void => {
    if (isPinned && actual !== digest) throw invalid(folder, `the digest of ${indexPath} is not ${digest}`);
  };
  const take: TakeIndex<TransformIndex> = async (documents) => {
    const index = { files: makeTextTable(), contents: makeTextTable() };
    for await (const text of documents) {
      for (const [path, content] of parseTransformIndex(text)) {
        index.files.add(path);
        if (isPinned) index.contents.add(contentOf(path, content));
      }
    }
    return index;
  };
  const index = await readIndex({ folder, path: indexPath }, { check, take }, sha256);
  if (index === undefined) check('');
  const files = makeTextTable();
  // The index of pinned files says what there must be.
  if (!isPinned) for await (const path of folder.walk()) files.add(path);
  const opened = { folder, files, index, isPinned, sha256 };
  return { find: (path) => find(path, opened) };
}

async function find(path: string, opened: Opened): Promise<TransformOfFile> {
  const [marker, patch] = [whiteoutPathOf(path), patchPathOf(path)];
  const { files, index, isPinned } = opened;
  if (isPinned && index !== undefined) return findPinned({ marker, patch, index }, opened);
  if (has(files, marker)) return { kind: 'whiteout' };
  if (has(files, patch)) return { kind: 'patch', text: (await opened.folder.read(patch)) ?? '' };
  if (index !== undefined && (has(index.files, marker) || has(index.files, patch))) {
    throw new PatchError('the file of the transformation is missing');
  }
  return { kind: 'none' };
}

interface Pinned {
  readonly marker: string;
  readonly patch: string;
  readonly index: TransformIndex;
}

async function findPinned({ marker, patch, index }: Pinned, opened: Opened): Promise<TransformOfFile> {
  if (has(index.files, marker)) return { kind: 'whiteout' };
  if (!has(index.files, patch)) throw new PatchError('the transformation did not read this file');
  const text = await opened.folder.read(patch);
  if (text === undefined || !has(index.contents, contentOf(patch, opened.sha256(text)))) {
    throw invalid(opened.folder, `${patch} is missing or was changed since it was written`);
  }
  return { kind: 'patch', text };
}

function has(table: TextTable, text: string): boolean {
  return table.find(text) !== -1;
}

/** A digest has no line end, so that the last one separates it from the path. */
function contentOf(path: string, digest: string): string {
  return `${path}\n${digest}`;
}

function invalid(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the patches in ${folder.path}: ${why}`, {
    remedy: 'Transform again, or leave transform-digest empty when the patches were edited on purpose.',
  });
}
