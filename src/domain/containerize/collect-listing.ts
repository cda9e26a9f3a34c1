import { comparePaths } from './path-order.ts';
import { isBelow } from './paths.ts';
import type { FileEntry, ReadNote } from './file-entry.ts';
import type { ListedFile } from './list-command.ts';

/** What the entries of a listing are judged by. */
export interface ListingRules {
  /** The folders that were asked for. */
  readonly paths: readonly string[];
  /** Mount points; undefined: a folder on another device is one. */
  readonly mounts: readonly string[] | undefined;
  /** Bytes from which on a file with holes is left out. */
  readonly mostSparse: number;
}

export interface Listing {
  readonly entries: readonly FileEntry[];
  readonly notes: readonly ReadNote[];
}

export interface ListingCollector {
  readonly add: (file: ListedFile) => void;
  readonly note: (note: ReadNote) => void;
  /** Sorted by path in byte order, each path once. */
  readonly finish: () => Listing;
}

/** Keeps what can become part of an image, and notes the rest. */
export function createListingCollector(rules: ListingRules): ListingCollector {
  const entries = new Map<string, FileEntry>();
  const notes = new Map<string, ReadNote>();
  const judge = createJudge(rules, notes);
  const note = (found: ReadNote): void => {
    if (!notes.has(found.path)) notes.set(found.path, found);
  };
  return {
    note,
    add: (file) => {
      const judged = judge(file);
      if (judged === 'hidden') return;
      if (judged !== undefined) note(judged);
      // The folder itself is there, whatever is in it.
      const isKept = judged === undefined || (file.entry.kind === 'directory' && judged.reason !== 'invalid-name');
      if (isKept) entries.set(file.entry.path, file.entry);
    },
    finish: () => ({
      entries: [...entries.values()].sort((a, b) => comparePaths(a.path, b.path)),
      notes: [...notes.values()].sort((a, b) => comparePaths(a.path, b.path)),
    }),
  };
}

/** What is wrong with a file; `hidden`: it is not part of the folder that was asked for, or its folder has a note. */
type Judge = (file: ListedFile) => ReadNote | 'hidden' | undefined;

function createJudge(rules: ListingRules, notes: ReadonlyMap<string, ReadNote>): Judge {
  const asked = new Set(rules.paths);
  const inside = (rules.mounts ?? []).filter(
    (mount) => !asked.has(mount) && rules.paths.some((path) => isBelow(mount, path)),
  );
  const isMount = new Set(inside);
  const isOtherDevice = rules.mounts === undefined ? createDeviceCheck(asked) : () => false;
  return ({ entry, isReadable, hasInvalidName }) => {
    const { path, kind } = entry;
    const isNoted = notes.get(path.slice(0, path.lastIndexOf('/')))?.reason === 'invalid-name';
    if (hasInvalidName) return isNoted ? 'hidden' : { path, reason: 'invalid-name', detail: 'its name is not UTF-8' };
    if (inside.some((mount) => isBelow(path, mount))) return 'hidden';
    if (isMount.has(path) || isOtherDevice(entry))
      return { path, reason: 'mount-inside', detail: 'another file system is mounted there' };
    const special = specialKinds.get(kind);
    if (special !== undefined) return { path, ...special };
    if (!isReadable && (kind === 'file' || kind === 'directory'))
      return { path, reason: 'unreadable', detail: 'the account of the process may not read it' };
    return tooLarge(entry, rules.mostSparse);
  };
}

const specialKinds = new Map<FileEntry['kind'], Pick<ReadNote, 'reason' | 'detail'>>([
  ['socket', { reason: 'socket', detail: 'a socket' }],
  ['character-device', { reason: 'device', detail: 'a character device' }],
  ['block-device', { reason: 'device', detail: 'a block device' }],
]);

/** Overlay file systems give files devices of their own, but not folders. */
function createDeviceCheck(asked: ReadonlySet<string>): (entry: FileEntry) => boolean {
  const devices = new Map<string, string>();
  return ({ path, kind, inode }) => {
    if (kind !== 'directory') return false;
    const device = inode.slice(0, inode.indexOf(':'));
    if (asked.has(path)) devices.set(path, device);
    const folder = [...devices.keys()].filter((each) => isBelow(path, each)).sort((a, b) => b.length - a.length)[0];
    return !asked.has(path) && folder !== undefined && devices.get(folder) !== device;
  };
}

function tooLarge({ path, size, allocated }: FileEntry, mostSparse: number): ReadNote | undefined {
  // File systems that compress use fewer bytes for files without holes too.
  if (size <= mostSparse || allocated > size / 2) return undefined;
  const detail = `${String(size)} bytes with holes, ${String(allocated)} of them on disk; the limit is ${String(mostSparse)}`;
  return { path, reason: 'too-large', detail };
}
