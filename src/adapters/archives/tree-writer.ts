import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { descriptors, pathOf, type Place, type Root } from '../files/place.ts';
import { writeError } from '../files/write-file.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
/** Folders that are open at a time. A process may often have no more than 1024 open files. */
const mostOpen = 128;

export interface TreePlace {
  readonly base: Place;
  /** Whether the group gets the rights of the owner, as for programs of other users on a volume with an `fsGroup`. */
  readonly isShared: boolean;
}

/** Bits of a mode: new files of a folder get its group; the group may write. */
export const setGroup = 0o2000;
export const groupWrite = 0o020;

/** The mode in which the group has the rights of the owner. */
export function groupMode(mode: number): number {
  return mode | ((mode & 0o700) >> 3);
}

/** Writes below a folder. Paths are relative to it. Throws TaskError. */
export interface TreeWriter {
  readonly folder: (path: string, mode: number) => void;
  readonly file: (path: string, options: NewFile) => StagedFile;
  readonly symlink: (path: string, target: string) => void;
  /** Gives a file of the tree another name. */
  readonly link: (path: string, existing: string) => void;
  /** Forgets the folders that are open. */
  readonly close: () => void;
}

export interface NewFile {
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

export interface StagedFile {
  readonly write: (bytes: Uint8Array, position: number) => void;
  /** @param size of the whole file, where its end is a hole */
  readonly close: (size: number) => void;
}

/**
 * Opens each file through the descriptor of its folder, exclusively and without following links. The calls do not wait
 * for the thread pool, which would cost more than all else for 20,000 small files.
 */
export function createTreeWriter({ base, isShared }: TreePlace): TreeWriter {
  const open = openFolders(base.root, pathOf(base));
  const named = (path: string): string => join(pathOf(base), path);
  const attempt = <T>(path: string, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw writeError(named(path), 0, error);
    }
  };
  const within = (path: string): string => {
    const end = path.lastIndexOf('/');
    return join(open.folder(end === -1 ? '' : path.slice(0, end)), path.slice(end + 1));
  };
  return {
    folder: (path, mode) =>
      attempt(path, () => {
        const place = within(path);
        mkdirSync(place, mode);
        // Without the bit, files of the folder would not get the group of the volume.
        if (isShared) chmodSync(place, groupMode(mode) | (statSync(place).mode & setGroup));
      }),
    file: (path, { mode, modified }) =>
      attempt(path, () => {
        const shown = named(path);
        return createFile(within(path), shown, isShared ? { mode: groupMode(mode), modified } : { mode, modified });
      }),
    symlink: (path, target) => attempt(path, () => symlinkSync(target, within(path))),
    link: (path, existing) => attempt(path, () => linkSync(within(existing), within(path))),
    close: open.close,
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
  // Most umasks take the right to write from the group.
  if ((mode & groupWrite) !== 0) attempt(() => fchmodSync(descriptor, mode));
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
  readonly folder: (path: string) => string;
  readonly close: () => void;
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
