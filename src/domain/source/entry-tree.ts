import { refuseEntry } from './archive-defect.ts';
import { cleanPath, nameKey } from './entry-path.ts';

/** A place in the tree of an archive. Paths are relative to its root, with `/`. */
export interface TreeNode {
  readonly kind: 'folder' | 'file' | 'symlink' | 'hardlink';
  readonly name: string;
  /** Text of a symbolic link; path from the root of a hard link; empty for all others. */
  readonly target: string;
  readonly children: Map<string, TreeNode>;
}

export interface EntryTree {
  readonly root: TreeNode;
  /**
   * Notes an entry, and the folders that it is in.
   * @returns its path and the folders that are new, from the outermost; undefined for what is not part of the source
   * @throws ArchiveDefect for names that leave the root, appear twice, or differ only in case or Unicode form
   */
  readonly add: (name: string, kind: TreeNode['kind'], target?: string) => AddedEntry | undefined;
}

export interface AddedEntry {
  readonly path: string;
  readonly newFolders: readonly string[];
  readonly isNew: boolean;
}

/** What Finder and git leave at the top level; not a part of the source. */
const strangers: ReadonlySet<string> = new Set(['__MACOSX', '.DS_Store', 'pax_global_header']);

export function createEntryTree(): EntryTree {
  const root = createNode('', 'folder');
  return {
    root,
    add: (name, kind, target) => {
      const steps = cleanPath(name);
      const [first, last] = [steps[0], steps.at(-1)];
      if (first === undefined || last === undefined) {
        if (kind !== 'folder') refuseEntry(name, 'it takes the place of the root');
        return { path: '', newFolders: [], isNew: false };
      }
      if (strangers.has(first)) return undefined;
      const newFolders: string[] = [];
      let folder = root;
      for (const [index, step] of steps.slice(0, -1).entries()) {
        const { node, isNew } = place(folder, { step, kind: 'folder', entry: name });
        if (isNew) newFolders.push(steps.slice(0, index + 1).join('/'));
        folder = node;
      }
      const { isNew } = place(folder, { step: last, kind, entry: name, target });
      return { path: steps.join('/'), newFolders, isNew };
    },
  };
}

interface Placed {
  readonly step: string;
  readonly kind: TreeNode['kind'];
  readonly entry: string;
  readonly target?: string | undefined;
}

function place(folder: TreeNode, { step, kind, entry, target }: Placed): { node: TreeNode; isNew: boolean } {
  const key = nameKey(step);
  const known = folder.children.get(key);
  if (known === undefined) {
    const node = createNode(step, kind, target);
    folder.children.set(key, node);
    return { node, isNew: true };
  }
  if (known.name !== step) refuseEntry(entry, 'another name differs from it in case or Unicode form only');
  if (known.kind !== kind) refuseEntry(entry, `the archive has its place as a ${known.kind} too`);
  if (kind !== 'folder') refuseEntry(entry, 'the archive has it twice');
  return { node: known, isNew: false };
}

function createNode(name: string, kind: TreeNode['kind'], target = ''): TreeNode {
  return { name, kind, target, children: new Map() };
}

/** The single folder that contains everything; not a part of the source either. Undefined for none. */
export function topFolder({ children }: TreeNode): string | undefined {
  const [only, ...others] = children.values();
  return only?.kind === 'folder' && others.length === 0 ? only.name : undefined;
}
