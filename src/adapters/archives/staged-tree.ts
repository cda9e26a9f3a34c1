import {
  closeSync,
  constants,
  ftruncateSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';

import { inFolder, makeFolder, removeTree } from '../files/beneath.ts';
import { descriptors, parentOf, pathOf, type Place, type Root } from '../files/place.ts';
import { swap } from '../files/stage-folders.ts';
import { temporaryPrefix, writeError } from '../files/write-file.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
const staging = `${temporaryPrefix}unpack`;
/** Folders that are open at a time. A process may often have no more than 1024 open files. */
const mostOpen = 128;

/** A tree of files that is out of sight until it is complete. Paths are relative to its root. Throws TaskError. */
export interface StagedTree {
  folder(path: string, mode: number): void;
  file(path: string, options: NewFile): StagedFile;
  symlink(path: string, target: string): void;
  /** Gives a file of the tree another name. */
  link(path: string, existing: string): void;
  /** Puts the tree, or a folder of it, in the place of what is at the target. */
  publish(target: string, top: string | undefined): Promise<void>;
  /** Removes everything. Never throws: the next run removes what cannot be removed now. */
  discard(): Promise<void>;
}

export interface NewFile {
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

export interface StagedFile {
  write(bytes: Uint8Array, position: number): void;
  /** @param size of the whole file, where its end is a hole */
  close(size: number): void;
}

/**
 * Begins a tree in a fresh folder beside its target, after removing what an interrupted run left. Each file is opened
 * through the descriptor of its folder, exclusively and without following links. The calls do not wait for the thread
 * pool, which would cost more than all else for 20,000 small files.
 */
export async function openStagedTree(root: Root): Promise<StagedTree> {
  const at = (path: string): Place => ({ root, path: `${staging}/${path}` });
  const named = (path: string): string => pathOf(at(`new/${path}`));
  const attempt = <T>(path: string, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw writeError(named(path), 0, error);
    }
  };
  const clear = (): Promise<void> => removeTree({ root, path: staging });
  await clear();
  await makeFolder(at('new'));
  const open = openFolders(root, pathOf(at('new')));
  const within = (path: string): string => {
    const end = path.lastIndexOf('/');
    return join(open.folder(end === -1 ? '' : path.slice(0, end)), path.slice(end + 1));
  };
  return {
    folder: (path, mode) => attempt(path, () => mkdirSync(within(path), mode)),
    file: (path, options) => attempt(path, () => createFile(within(path), named(path), options)),
    symlink: (path, target) => attempt(path, () => symlinkSync(target, within(path))),
    link: (path, existing) => attempt(path, () => linkSync(within(existing), within(path))),
    publish: async (target, top) => {
      open.close();
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
      open.close();
      await clear().catch(() => undefined);
    },
  };
}

function createFile(path: string, shown: string, { mode, modified }: NewFile): StagedFile {
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  let end = 0;
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      closeSync(descriptor);
      throw writeError(shown, end, error);
    }
  };
  return {
    write: (bytes, position) =>
      attempt(() => {
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
        }
        end = position + bytes.length;
      }),
    close: (size) => {
      attempt(() => {
        if (end < size) ftruncateSync(descriptor, size);
        futimesSync(descriptor, modified, modified);
      });
      closeSync(descriptor);
    },
  };
}

interface OpenFolders {
  /** A path that leads into the folder, whatever is renamed meanwhile. */
  folder(path: string): string;
  close(): void;
}

/** Keeps the folders open that were used last. */
function openFolders(root: Root, base: string): OpenFolders {
  const opened = new Map<string, number>();
  function descriptorOf(path: string): number {
    const known = opened.get(path);
    if (known !== undefined) {
      opened.delete(path);
      opened.set(path, known);
      return known;
    }
    const end = path.lastIndexOf('/');
    const place = path === '' ? base : join(folder(end === -1 ? '' : path.slice(0, end)), path.slice(end + 1));
    const descriptor = openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    opened.set(path, descriptor);
    const [oldest] = opened;
    if (opened.size > mostOpen && oldest !== undefined) {
      closeSync(oldest[1]);
      opened.delete(oldest[0]);
    }
    return descriptor;
  }
  function folder(path: string): string {
    if (!root.hasDescriptors) return path === '' ? base : join(base, path);
    return join(descriptors, String(descriptorOf(path)));
  }
  return {
    folder,
    close: () => {
      for (const descriptor of opened.values()) closeSync(descriptor);
      opened.clear();
    },
  };
}

async function move(from: Place, to: Place): Promise<void> {
  const [source, destination] = [parentOf(from), parentOf(to)];
  await inFolder(source.folder, (one) =>
    inFolder(destination.folder, (other) => rename(one.at(source.name), other.at(destination.name))),
  );
}
