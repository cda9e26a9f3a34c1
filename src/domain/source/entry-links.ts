import { refuseEntry } from './archive-defect.ts';
import { cleanPath, nameKey } from './entry-path.ts';
import type { TreeNode } from './entry-tree.ts';

/** As many links in a row as Linux follows. */
const mostHops = 40;
const longestTarget = 4000;

export interface Links {
  readonly symbolic: readonly { readonly path: string; readonly target: string }[];
  /** Both paths from the root of the archive. */
  readonly hard: readonly { readonly path: string; readonly target: string }[];
}

/**
 * All links of a tree, when each leads to a place in it. Symbolic links are followed as the kernel would, step by step,
 * because a chain of harmless links can lead out.
 * @param root of the tree as it will be, so that the links are right after the single top folder is gone
 * @param top the folder that was taken away, to which hard links are relative no more
 * @throws ArchiveDefect
 */
export function checkLinks(root: TreeNode, top: string | undefined): Links {
  const symbolic: { path: string; target: string }[] = [];
  const hard: { path: string; target: string }[] = [];
  for (const { node, path, folders } of walk(root)) {
    const { target } = node;
    if (node.kind === 'symlink') {
      checkTarget(path, target);
      follow({ root, from: folders, target, path, budget: { hops: mostHops } });
      symbolic.push({ path, target });
    } else if (node.kind === 'hardlink') {
      hard.push({ path, target: hardTarget(root, { path, target, top }) });
    }
  }
  return { symbolic, hard };
}

interface Found {
  readonly node: TreeNode;
  readonly path: string;
  /** From the root to the folder that it is in. */
  readonly folders: readonly TreeNode[];
}

function* walk(root: TreeNode): Generator<Found, void, undefined> {
  const open: Found[] = [{ node: root, path: '', folders: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, path, folders } = next;
    for (const child of node.children.values()) {
      const found = {
        node: child,
        path: path === '' ? child.name : `${path}/${child.name}`,
        folders: [...folders, node],
      };
      if (child.kind === 'folder') open.push(found);
      else yield found;
    }
  }
}

function checkTarget(path: string, target: string): void {
  if (target === '' || target.length > longestTarget) refuseEntry(path, 'the target of the link has no valid length');
  if (/\p{Cc}/u.test(target)) refuseEntry(path, 'the target of the link has control characters');
  if (/^\/|^[a-z]:[\\/]|^\\/i.test(target)) refuseEntry(path, 'it is a link with an absolute target');
}

interface Walk {
  readonly root: TreeNode;
  readonly from: readonly TreeNode[];
  readonly target: string;
  readonly path: string;
  readonly budget: { hops: number };
}

/** The folders where a target ends; a target that does not exist ends the walk, since nothing can be reached by it. */
function follow({ root, from, target, path, budget }: Walk): readonly TreeNode[] | undefined {
  let folders: readonly TreeNode[] = from;
  const steps = target.split('/').filter((each) => each !== '' && each !== '.');
  for (const [index, step] of steps.entries()) {
    if (step === '..') {
      folders = folders.slice(0, -1);
      if (folders.length === 0) refuseEntry(path, 'it is a link out of the folder');
      continue;
    }
    const next = folders.at(-1)?.children.get(nameKey(step));
    if (next === undefined) {
      checkMissing(folders.length + 1, { steps: steps.slice(index + 1), path });
      return undefined;
    }
    if (next.kind === 'folder') folders = [...folders, next];
    else if (next.kind === 'symlink') {
      budget.hops -= 1;
      // A circle leads nowhere.
      if (budget.hops < 0) return undefined;
      const beyond = follow({ root, from: folders, target: next.target, path, budget });
      if (beyond === undefined) return undefined;
      folders = beyond;
    } else folders = [...folders, next];
  }
  return folders;
}

/** What is missing may be created later, so the steps after it must not leave the folder either. */
function checkMissing(from: number, { steps, path }: { steps: readonly string[]; path: string }): void {
  let depth = from;
  for (const step of steps) {
    depth += step === '..' ? -1 : 1;
    if (depth < 1) refuseEntry(path, 'it is a link out of the folder');
  }
}

function hardTarget(
  root: TreeNode,
  { path, target, top }: { readonly path: string; readonly target: string; readonly top: string | undefined },
): string {
  const steps = cleanPath(target);
  const below = top === undefined ? steps : steps.slice(1);
  let node: TreeNode | undefined = top === undefined || steps[0] === top ? root : undefined;
  for (const step of below) {
    const next: TreeNode | undefined = node?.children.get(nameKey(step));
    node = next?.name === step ? next : undefined;
  }
  if (node?.kind === 'file') return below.join('/');
  if (node?.kind === 'hardlink' && below.join('/') !== path) {
    return refuseEntry(path, 'it is a hard link to another hard link');
  }
  return refuseEntry(path, 'it is a hard link to something other than a file of the archive');
}
