import type { FileEntry } from './file-entry.ts';
import type { OwnerRule } from './layer-owner.ts';
import type { SplitInput } from './split-layers.ts';

/** Folders that an image needs, whatever its base image has. */
export interface NeededFolders {
  /** Home folders. They are empty unless the base image has files there. */
  readonly homes: readonly string[];
  /** Folders that anybody may write, such as `/tmp`, which the base image may not have. */
  readonly shared: readonly string[];
}

/** Name of the area of made folders. */
const area = 'folders';
const modes = { home: 0o755, owner: 0o700, group: 0o070, shared: 0o1777, permissions: 0o777 };

/**
 * Adds folders without content. A program that cannot write to HOME often does not start, and a home folder that was a
 * volume has another owner or is not in the base image.
 * @param found what the container has at these paths: a link is what the base image has there
 */
export function addFolders(
  input: SplitInput,
  { homes, shared }: NeededFolders,
  { found, owners }: { readonly found: readonly FileEntry[]; readonly owners: OwnerRule },
): SplitInput {
  const known = new Map(found.map((entry) => [entry.path, entry]));
  const isPlain = (path: string): boolean => (known.get(path)?.kind ?? 'directory') === 'directory';
  const entries = [
    ...homes.filter(isPlain).map((path) => homeFolder(path, known.get(path), owners)),
    ...shared.filter(isPlain).map((path) => folderAt(path, { uid: 0, gid: 0, mode: modes.shared })),
  ];
  return entries.length === 0 ? input : { ...input, areas: [{ area, entries }, ...input.areas] };
}

function homeFolder(path: string, found: FileEntry | undefined, owners: OwnerRule): FileEntry {
  const { imageUid, imageGid, runningUid, groupRights } = owners;
  const own = ((found?.mode ?? modes.home) & modes.permissions) | modes.owner;
  return folderAt(path, {
    uid: imageUid ?? runningUid ?? 0,
    gid: groupRights ? 0 : (imageGid ?? 0),
    mode: groupRights ? own | modes.group : own,
  });
}

function folderAt(path: string, owner: Pick<FileEntry, 'uid' | 'gid' | 'mode'>): FileEntry {
  const times = { modified: '0', changed: '0' };
  return {
    path,
    kind: 'directory',
    ...owner,
    ...times,
    size: 0,
    allocated: 0,
    inode: '',
    links: 1,
    target: undefined,
    isMade: true,
  };
}
