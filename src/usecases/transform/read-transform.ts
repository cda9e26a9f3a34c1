import { TaskError } from '../../domain/core/errors.ts';
import { indexPath } from '../../domain/export/export-index.ts';
import { PatchError } from '../../domain/kube/json-patch.ts';
import { patchPathOf, whiteoutPathOf, parseTransformIndex } from '../../domain/transform/transform-layout.ts';
import type { Folder, Sha256 } from '../../domain/core/ports.ts';

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
  readonly files: ReadonlySet<string>;
  /** By path; undefined for a folder without an index, as crane leaves it. */
  readonly digests: ReadonlyMap<string, string> | undefined;
  /** Whether files must be what the index says. */
  readonly isPinned: boolean;
  readonly sha256: Sha256;
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
  const text = await folder.read(indexPath);
  if (digest !== undefined && (text === undefined || sha256(text) !== digest)) {
    throw invalid(folder, `the digest of ${indexPath} is not ${digest}`);
  }
  const digests = text === undefined ? undefined : parseTransformIndex(text);
  const opened = { folder, files: new Set(await folder.list()), digests, isPinned: digest !== undefined, sha256 };
  return { find: (path) => find(path, opened) };
}

async function find(path: string, opened: Opened): Promise<TransformOfFile> {
  const [marker, patch] = [whiteoutPathOf(path), patchPathOf(path)];
  const { files, digests, isPinned } = opened;
  if (isPinned && digests !== undefined) return findPinned({ marker, patch, digests }, opened);
  if (files.has(marker)) return { kind: 'whiteout' };
  if (files.has(patch)) return { kind: 'patch', text: (await opened.folder.read(patch)) ?? '' };
  if (digests?.has(marker) === true || digests?.has(patch) === true) {
    throw new PatchError('the file of the transformation is missing');
  }
  return { kind: 'none' };
}

interface Pinned {
  readonly marker: string;
  readonly patch: string;
  readonly digests: ReadonlyMap<string, string>;
}

async function findPinned({ marker, patch, digests }: Pinned, opened: Opened): Promise<TransformOfFile> {
  if (digests.has(marker)) return { kind: 'whiteout' };
  const digest = digests.get(patch);
  if (digest === undefined) throw new PatchError('the transformation did not read this file');
  const text = await opened.folder.read(patch);
  if (text === undefined || opened.sha256(text) !== digest) {
    throw invalid(opened.folder, `${patch} is missing or was changed since it was written`);
  }
  return { kind: 'patch', text };
}

function invalid(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the patches in ${folder.path}: ${why}`, {
    remedy: 'Transform again, or leave transform-digest empty when the patches were edited on purpose.',
  });
}
