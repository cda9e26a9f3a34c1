import type { ArchiveEntry, ArchiveMetadata, EntrySink } from '../source/tar-reader.ts';

/** A file as the layers of an image have it. */
export interface BaseEntry {
  readonly kind: 'directory' | 'file' | 'symlink' | 'special';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Undefined for a further name of a file that was not kept. */
  readonly size: number | undefined;
  /** Whole seconds since 1970. */
  readonly modified: number;
  readonly target: string;
}

/** Files by absolute path. */
export type BaseListing = ReadonlyMap<string, BaseEntry>;

export interface BaseCollector {
  /** The sink of the next layer, from the top to the bottom, and what to call at its end. */
  readonly layer: () => { readonly sink: EntrySink; readonly end: () => void };
  readonly listing: BaseListing;
}

// OCI image specification, layer.md, "Whiteouts".
const whiteout = '.wh.';
const opaque = '.wh..wh..opq';

/** Collects what an image has, whiteouts applied. Only paths that are wanted are kept: a large image has many others. */
export function createBaseCollector(isWanted: (path: string) => boolean): BaseCollector {
  const listing = new Map<string, BaseEntry>();
  const removed = new Set<string>();
  const opaqueFolders = new Set<string>();

  /** Whether a layer above removed or replaced a path, or a folder above it. */
  function isHidden(path: string): boolean {
    if (listing.has(path) || removed.has(path)) return true;
    return foldersAbove(path).some((folder) => {
      const found = listing.get(folder);
      return removed.has(folder) || opaqueFolders.has(folder) || (found !== undefined && found.kind !== 'directory');
    });
  }

  return {
    listing,
    layer: () => {
      const own = new Map<string, BaseEntry>();
      const gone = { removed: [] as string[], opaque: [] as string[] };
      const add = (path: string, entry: BaseEntry): void => {
        if (isWanted(path) && !isHidden(path)) own.set(path, entry);
      };
      const begin = (entry: ArchiveEntry): void => {
        const path = absolutePath(entry.name);
        const { folder, name } = splitPath(path);
        if (name === opaque) gone.opaque.push(folder);
        else if (name.startsWith(whiteout)) gone.removed.push(joinPath(folder, name.slice(whiteout.length)));
        else add(path, toBase(entry, own));
      };
      const special = (entry: ArchiveMetadata): void =>
        add(absolutePath(entry.name), { ...metadataOf(entry), kind: 'special', size: 0, target: '' });
      return {
        sink: { begin, special, content: () => undefined, end: () => undefined },
        // A whiteout hides what is below its layer, not what is in it.
        end: () => {
          for (const [path, entry] of own) listing.set(path, entry);
          for (const path of gone.removed) removed.add(path);
          for (const path of gone.opaque) opaqueFolders.add(path);
        },
      };
    },
  };
}

function toBase(entry: ArchiveEntry, own: BaseListing): BaseEntry {
  const { kind, size, target } = entry;
  if (kind === 'hardlink') {
    return own.get(absolutePath(target)) ?? { ...metadataOf(entry), kind: 'file', size: undefined, target: '' };
  }
  return { ...metadataOf(entry), kind: kind === 'folder' ? 'directory' : kind, size, target };
}

function metadataOf({ mode, modified, owner }: ArchiveMetadata): Pick<BaseEntry, 'mode' | 'modified' | 'uid' | 'gid'> {
  return { mode: mode & 0o7777, modified, uid: owner?.uid ?? 0, gid: owner?.gid ?? 0 };
}

function absolutePath(name: string): string {
  return `/${name
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/')}`;
}

function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/');
  return { folder: at === 0 ? '/' : path.slice(0, at), name: path.slice(at + 1) };
}

function joinPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** All folders above a path, without the root. */
function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.push(path.slice(0, at));
  return folders;
}
