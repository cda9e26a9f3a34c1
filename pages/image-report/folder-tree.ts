import type { FolderRow } from '../../src/domain/containerize/page/folder-rows.ts';

export interface Folder {
  /** One name, or several of folders with nothing else in them. */
  readonly name: string;
  readonly colour: number;
  readonly files: number;
  readonly bytes: number;
  readonly folders: readonly Folder[];
  /** Files of the folder itself, and of folders that are not listed. */
  readonly own: { readonly files: number; readonly bytes: number };
}

interface Growing extends Folder {
  folders: Folder[];
}

/** The tree of the rows, of which the first is the top, without a name. Largest folders first. */
export function readTree(rows: readonly FolderRow[]): Folder | undefined {
  const folders: Growing[] = rows.map(([, name, colour, files, bytes]) => ({
    name,
    colour,
    files,
    bytes,
    folders: [],
    own: { files, bytes },
  }));
  for (const [index, [above]] of rows.entries()) {
    const folder = folders[index];
    if (index > 0 && folder !== undefined) folders[above]?.folders.push(folder);
  }
  const [top] = folders;
  return top === undefined ? undefined : joinSingle(finish(top));
}

function finish(folder: Folder): Folder {
  const below = folder.folders.map(finish).map(joinSingle);
  below.sort((a, b) => b.bytes - a.bytes);
  const own = {
    files: folder.files - below.reduce((sum, { files }) => sum + files, 0),
    bytes: folder.bytes - below.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return { ...folder, folders: below, own };
}

/** A folder with one folder in it, and nothing else, is shown as one: `opt/conda/lib`. */
function joinSingle(folder: Folder): Folder {
  const [only] = folder.folders;
  if (only === undefined || folder.folders.length > 1 || folder.own.files > 0) return folder;
  return { ...only, name: `${folder.name}/${only.name}` };
}
