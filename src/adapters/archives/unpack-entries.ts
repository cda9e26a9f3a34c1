import { createEntryTree, topFolder } from '../../domain/source/entry-tree.ts';
import { checkLinks } from '../../domain/source/entry-links.ts';
import type { ArchiveEntry, EntrySink } from '../../domain/source/tar-reader.ts';
import type { UnpackMeter } from '../../domain/source/unpack-limits.ts';
import type { StagedTree } from './staged-tree.ts';
import type { StagedFile } from './tree-writer.ts';
import type { TreeLinks } from './write-tree.ts';

/** What an archive became. Sizes in bytes. */
export interface UnpackedTree {
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  readonly bytes: number;
  /** Entries that are not a part of the source, such as `__MACOSX/`. */
  readonly skipped: number;
  /** The single folder that everything was in. */
  readonly top: string | undefined;
}

export interface EntryWriter {
  readonly sink: EntrySink;
  /** What was unpacked, and the links to create: all of them were checked together. @throws ArchiveDefect */
  readonly finish: () => { readonly unpacked: UnpackedTree; readonly links: TreeLinks };
}

const folderMode = 0o755;
// Neither setuid, setgid and sticky bits, nor write rights for others; the owner can always change the source.
const keptBits = 0o755;
const ownerBits = { file: 0o600, folder: 0o700 };

/** Writes the entries of an archive into a tree: files and folders as they come. Links are for the end. */
export function createEntryWriter(tree: StagedTree, meter: UnpackMeter): EntryWriter {
  const entries = createEntryTree();
  const counts = { files: 0, folders: 0, links: 0, skipped: 0 };
  let open:
    | { readonly file: StagedFile; readonly write: (bytes: Uint8Array) => void; readonly size: number }
    | undefined;
  function begin(entry: ArchiveEntry): void {
    meter.entry(entry.size);
    const { kind, name, target, mode, modified } = entry;
    const added = entries.add(name, kind, target);
    if (added === undefined) {
      counts.skipped += 1;
      return;
    }
    for (const path of added.newFolders) {
      meter.entry(0);
      tree.folder(path, folderMode);
    }
    if (kind === 'folder') {
      if (!added.isNew) return;
      counts.folders += 1;
      tree.folder(added.path, (mode & keptBits) | ownerBits.folder);
    } else if (kind === 'file') {
      counts.files += 1;
      const file = tree.file(added.path, { mode: (mode & keptBits) | ownerBits.file, modified });
      open = { file, write: writerFor(file, entry), size: entry.size };
    } else counts.links += 1;
  }
  return {
    sink: {
      begin,
      content: (bytes) => open?.write(bytes),
      end: () => {
        open?.file.close(open.size);
        open = undefined;
      },
    },
    finish: () => {
      const top = topFolder(entries.root);
      const root = top === undefined ? entries.root : [...entries.root.children.values()][0];
      const { symbolic, hard } = checkLinks(root ?? entries.root, top);
      const below = (path: string): string => (top === undefined ? path : `${top}/${path}`);
      const links = {
        hard: hard.map(({ path, target }) => ({ path: below(path), target: below(target) })),
        symbolic: symbolic.map(({ path, target }) => ({ path: below(path), target })),
      };
      return { unpacked: { ...counts, bytes: meter.count().bytes, top }, links };
    },
  };
}

function writerFor(file: StagedFile, { sparse }: ArchiveEntry): (bytes: Uint8Array) => void {
  let position = 0;
  if (sparse === undefined) {
    return (bytes) => {
      file.write(bytes, position);
      position += bytes.length;
    };
  }
  const pieces = sparse.pieces.filter(({ length }) => length > 0);
  let index = 0;
  return (bytes) => {
    let left = bytes;
    for (let piece = pieces[index]; left.length > 0 && piece !== undefined; piece = pieces[index]) {
      const part = left.subarray(0, piece.length - position);
      file.write(part, piece.offset + position);
      position += part.length;
      left = left.subarray(part.length);
      if (position < piece.length) break;
      index += 1;
      position = 0;
    }
  };
}
