import { chmod, rename, stat } from 'node:fs/promises';

import { inFolder, makeFolder, removeTree } from '../files/beneath.ts';
import { parentOf, pathOf, type Place, type Root } from '../files/place.ts';
import { swap } from '../files/stage-folders.ts';
import { temporaryPrefix, writeError } from '../files/write-file.ts';
import { groupMode, groupWrite, setGroup } from './tree-writer.ts';
import { writeTree, type TreeLinks, type TreeWriting } from './write-tree.ts';

const treeMode = 0o755;
const staging = `${temporaryPrefix}unpack`;

/**
 * A tree of files that is out of sight until it is complete. Paths are relative to its root. It is written beside the
 * calls: errors come with a later call of settle or publish.
 */
export interface StagedTree extends Pick<TreeWriting, 'folder' | 'file' | 'settle'> {
  /** Creates the links, and puts the tree, or its folder `top`, in the place of what is at the target. @throws TaskError */
  readonly publish: (target: string, tree: TreeLinks & { readonly top: string | undefined }) => Promise<void>;
  /** Removes everything. Never throws: the next run removes what cannot be removed now. */
  readonly discard: () => Promise<void>;
}

/** Begins a tree in a fresh folder beside its target, after removing what an interrupted run left. */
export async function openStagedTree(root: Root): Promise<StagedTree> {
  const at = (path: string): Place => ({ root, path: `${staging}/${path}` });
  const clear = (): Promise<void> => removeTree({ root, path: staging });
  await clear();
  await makeFolder(at('new'));
  const isShared = await shareFolder(at('new'));
  const { folder, file, settle, finish, stop } = writeTree({ base: at('new'), isShared });
  return {
    folder,
    file,
    settle,
    publish: async (target, { top, symbolic, hard }) => {
      await finish({ symbolic, hard });
      const fresh = at(top === undefined ? 'new' : 'lifted');
      try {
        if (top !== undefined) await move(at(`new/${top}`), fresh);
        await swap({ target: { root, path: target }, fresh, retired: at('old') });
        await clear();
      } catch (error) {
        throw writeError(pathOf({ root, path: target }), 0, error);
      }
    },
    discard: async () => {
      await stop();
      await clear().catch(() => undefined);
    },
  };
}

async function move(from: Place, to: Place): Promise<void> {
  const [source, destination] = [parentOf(from), parentOf(to)];
  await inFolder(source.folder, (one) =>
    inFolder(destination.folder, (other) => rename(one.at(source.name), other.at(destination.name))),
  );
}

/** Gives the new folder the rights that its files get: if the group can write to the volume, it can write to the tree too. */
async function shareFolder(place: Place): Promise<boolean> {
  const { mode } = await stat(place.root.path);
  const isShared = (mode & groupWrite) !== 0;
  await inFolder(place, async (opened) => {
    const { mode: own } = await stat(opened.at('.'));
    await chmod(opened.at('.'), (isShared ? groupMode(treeMode) : treeMode) | (own & setGroup));
  });
  return isShared;
}
