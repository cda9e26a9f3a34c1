import type { FileEntry } from './file-entry.ts';
import { isWithin, normalizePath, outermost } from './paths.ts';

/** Caches by the end of their path. */
const cacheEndings = ['/.cache/pip', '/.cache/uv', '/.cache/yarn', '/.npm/_cacache', '/.conda/pkgs'];

/**
 * Finds folders of downloaded packages that installed ones do not need. The other names of a hard link
 * keep the content. A cache that a symbolic link outside of it points into is not found, because conda links
 * packages that way where it cannot use hard links.
 * @param entries files of an area
 * @returns outermost folders
 */
export function findPackageCaches(entries: readonly FileEntry[]): readonly string[] {
  const folders = new Set(entries.filter(({ kind }) => kind === 'directory').map(({ path }) => path));
  const found = outermost([...folders].filter((path) => isCache(path, folders)));
  if (found.length === 0) return [];
  const links = entries.filter(({ kind }) => kind === 'symlink');
  return found.filter((cache) => !links.some((link) => !isWithin(link.path, cache) && isWithin(targetOf(link), cache)));
}

/** `pkgs` beside `conda-meta` is the cache of a conda installation. */
function isCache(path: string, folders: ReadonlySet<string>): boolean {
  if (cacheEndings.some((ending) => path.endsWith(ending))) return true;
  return path.endsWith('/pkgs') && folders.has(`${path.slice(0, -'pkgs'.length)}conda-meta`);
}

function targetOf({ path, target = '' }: FileEntry): string {
  return normalizePath(target.startsWith('/') ? target : `${path.slice(0, path.lastIndexOf('/'))}/${target}`);
}
