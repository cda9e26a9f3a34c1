import type { FileEntry } from '../../src/domain/containerize/file-entry.ts';

/** A file in a container, by default a small one of root. */
export function fileEntry(path: string, changes: Partial<FileEntry> = {}): FileEntry {
  return {
    path,
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 10,
    allocated: 4096,
    modified: '1700000000.0000000000',
    changed: '1700000000.0000000000',
    inode: `1:${path}`,
    links: 1,
    target: undefined,
    ...changes,
  };
}

export function folderEntry(path: string, changes: Partial<FileEntry> = {}): FileEntry {
  return fileEntry(path, { kind: 'directory', mode: 0o755, size: 0, links: 2, ...changes });
}
