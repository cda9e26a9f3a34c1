import { rename } from 'node:fs/promises';

import { inFolder, makeFolder, removeTree } from '../files/beneath.ts';
import { parentOf, pathOf, type Place, type Root } from '../files/place.ts';
import { swap } from '../files/stage-folders.ts';
import { temporaryPrefix, writeError } from '../files/write-file.ts';
import type { NewFile, StagedFile } from './tree-writer.ts';
import { writeTree } from './write-tree.ts';

const staging = `${temporaryPrefix}unpack`;

/**
 * A tree of files that is out of sight until it is complete. Paths are relative to its root. It is written beside the
 * calls: errors come with a later call of settle or publish.
 */
export interface StagedTree {
  readonly folder: (path: string, mode: number) => void;
  /** One file at a time is open. */
  readonly file: (path: string, options: NewFile) => StagedFile;
  readonly symlink: (path: string, target: string) => void;
  /** Gives a file of the tree another name. */
  readonly link: (path: string, existing: string) => void;
  /** Waits while much is not written yet. @throws TaskError */
  readonly settle: () => Promise<void>;
  /** Puts the tree, or a folder of it, in the place of what is at the target. @throws TaskError */
  readonly publish: (target: string, top: string | undefined) => Promise<void>;
  /** Removes everything. Never throws: the next run removes what cannot be removed now. */
  readonly discard: () => Promise<void>;
}

/** Begins a tree in a fresh folder beside its target, after removing what an interrupted run left. */
export async function openStagedTree(root: Root): Promise<StagedTree> {
  const at = (path: string): Place => ({ root, path: `${staging}/${path}` });
  const clear = (): Promise<void> => removeTree({ root, path: staging });
  await clear();
  await makeFolder(at('new'));
  const writing = writeTree(at('new'));
  return {
    folder: (path, mode) => writing.step({ kind: 'folder', path, mode }),
    file: (path, { mode, modified }) => {
      writing.step({ kind: 'file', path, mode, modified });
      return { write: writing.content, close: (size) => writing.step({ kind: 'close', size }) };
    },
    symlink: (path, target) => writing.step({ kind: 'symlink', path, target }),
    link: (path, target) => writing.step({ kind: 'link', path, target }),
    settle: writing.settle,
    publish: async (target, top) => {
      await writing.finish();
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
      await writing.stop();
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
