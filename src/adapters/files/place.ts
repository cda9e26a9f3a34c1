import { existsSync, lstatSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';

/** Paths below an open file descriptor lead where the descriptor does, whatever is renamed meanwhile. Linux only. */
export const descriptors = '/proc/self/fd';

/**
 * A folder that the user or Tekton gave. Its own path may have symbolic links. Below it, other users of the volume could
 * place links that lead anywhere.
 */
export interface Root {
  /** Absolute. */
  readonly path: string;
  /**
   * `refused`: no path below has a link. `within`: links are followed, but not out of the folder; mounted ConfigMaps
   * and Secrets consist of such links.
   */
  readonly links: 'refused' | 'within';
  /** False where the system has no /proc/self/fd: paths are then checked before they are used, not after. */
  readonly hasDescriptors: boolean;
  /** The path without links, once it was read. */
  readonly known: { real: string | undefined };
}

/** A place in a folder; `path` is relative, normalized, and empty for the folder itself. */
export interface Place {
  readonly root: Root;
  readonly path: string;
}

/** @param hasDescriptors for tests */
export function rootAt(path: string, links: Root['links'], hasDescriptors = existsSync(descriptors)): Root {
  return { path: resolve(path), links, hasDescriptors, known: { real: undefined } };
}

export function pathOf({ root, path }: Place): string {
  if (path === '') return root.path;
  return root.path === '/' ? `/${path}` : `${root.path}/${path}`;
}

export function parentOf({ root, path }: Place): { readonly folder: Place; readonly name: string } {
  const folder = posix.dirname(path);
  return { folder: { root, path: folder === '.' ? '' : folder }, name: posix.basename(path) };
}

/** @throws TaskError `invalid-file` for the first link on the way */
export function refuseLink({ root, path }: Place): void {
  let current = root.path;
  for (const step of path === '' ? [] : path.split('/')) {
    current = join(current, step);
    const found = lstatSync(current, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (found.isSymbolicLink()) throw linkRefused(current, 'it is a symbolic link');
    if (!found.isDirectory()) return;
  }
}

export function notRegular(path: string, found: string): TaskError {
  return new TaskError('invalid-file', `opening ${path}: expected a regular file, got ${found}`, {
    remedy: 'Check who can write to this volume. Replace or remove this file, then run again.',
  });
}

export function linkRefused(path: string, why: string): TaskError {
  return new TaskError('invalid-file', `opening ${path}: ${why}, and those are not followed in a workspace`, {
    remedy: 'Check who can write to this volume. Replace the link by a file or a folder, then run again.',
  });
}
