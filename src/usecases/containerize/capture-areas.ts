import type { FileEntry, FileReader, ReadNote } from '../../domain/containerize/file-entry.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';
import type { SplitInput } from '../../domain/containerize/split-layers.ts';
import { listChangedFiles, type ListedChanges } from './list-changed-files.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizePorts } from './ports.ts';

/** The files of all included areas. */
export interface Capture {
  readonly files: FileReader;
  /** Lists what goes into the image, each time anew. */
  list(): Promise<SplitInput>;
  /** What the last listing left out. */
  notes(): readonly ReadNote[];
}

/** Opens the files of the areas that become part of an image. @throws TaskError as FileReader */
export async function openCapture(planned: PlannedImage, ports: ContainerizePorts): Promise<Capture> {
  const included = planned.plan.areas.filter((area) => area.included);
  const files = await ports.filesOf(included, planned.container.files);
  const listChanges = listChangedFiles(planned, ports);
  let notes: readonly ReadNote[] = [];
  return {
    files,
    notes: () => notes,
    list: async () => {
      const listed = [];
      for (const area of included) listed.push(await listArea(area, { files, listChanges }));
      notes = listed.flatMap((each) => each.notes);
      return {
        areas: listed.map(({ area, entries }) => ({ area, entries })),
        above: await listFoldersAbove(included, planned.container.files),
        removed: listed.flatMap(({ removed }) => removed),
        opaque: included.filter(({ source }) => source.from === 'claim').map(({ path }) => path),
      };
    },
  };
}

interface ListedArea extends ListedChanges {
  /** Name of the area. */
  readonly area: string;
}

async function listArea(
  area: PlannedArea,
  {
    files,
    listChanges,
  }: { readonly files: FileReader; readonly listChanges: (area: PlannedArea) => Promise<ListedChanges> },
): Promise<ListedArea> {
  const { name, path, without, kind } = area;
  if (kind === 'changed') return { area: name, ...(await listChanges(area)) };
  return { area: name, ...(await files.list([path], { without })), removed: [] };
}

async function listFoldersAbove(areas: readonly PlannedArea[], files: FileReader): Promise<readonly FileEntry[]> {
  const above = new Set(areas.flatMap(({ path }) => foldersAbove(path)));
  if (above.size === 0) return [];
  const { entries } = await files.list([...above], { isShallow: true });
  return entries.filter((entry) => above.has(entry.path));
}

/** `/a`, `/a/b` of `/a/b/c`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
