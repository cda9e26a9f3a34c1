import type { FileEntry } from '../../src/domain/containerize/file-entry.ts';

/** A file of a listing, with what a test says about it. */
export function aFile(path: string, changes: Partial<FileEntry> = {}): FileEntry {
  return {
    path,
    kind: 'file',
    mode: changes.kind === 'directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    allocated: 0,
    modified: '100.5',
    changed: '100.5',
    inode: `1:${path}`,
    links: 1,
    target: undefined,
    ...changes,
  };
}
