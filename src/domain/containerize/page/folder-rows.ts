import type { ImageSummary } from '../../schemas/documents.ts';

/** A folder as the script of the page reads it. */
export type FolderRow = readonly [above: number, name: string, colour: number, files: number, bytes: number];

/** Colours of the page. The first is for folders above all areas. */
const colours = 7;

/** The folders of a summary as rows, each with the index of the folder above it, and the colours of the areas. */
export function folderRows({ folders, areas }: Pick<ImageSummary, 'folders' | 'areas'>): {
  readonly rows: readonly FolderRow[];
  readonly areas: readonly { readonly name: string; readonly colour: number }[];
} {
  const included = areas.filter((area) => area.included);
  const coloured = included.map(({ name }, index) => ({ name, colour: 1 + (index % (colours - 1)) }));
  const colourOf = new Map(coloured.map(({ name, colour }) => [name, colour]));
  const indexOf = new Map(folders.map(({ path }, index) => [path, index]));
  const rows = folders.map(({ path, area, files, bytes }): FolderRow => {
    const slash = path.lastIndexOf('/');
    const above = indexOf.get(path.slice(0, slash) || '/') ?? 0;
    return [above, path.slice(slash + 1), colourOf.get(area) ?? 0, files, bytes];
  });
  return { rows, areas: coloured };
}
