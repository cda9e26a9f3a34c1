import type { FileEntry, FileReader, ReadNote } from '../../domain/containerize/file-entry.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';
import type { SplitInput } from '../../domain/containerize/split-layers.ts';
import { listChanges } from './list-changes.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizePorts } from './ports.ts';
import { rememberBase } from './remember-base.ts';

/** The files of all included areas. */
export interface Capture {
  readonly files: FileReader;
  /** Lists what becomes part of the image, each time from the beginning. */
  readonly list: () => Promise<SplitInput>;
  /** What the last listing left out. */
  readonly notes: () => readonly ReadNote[];
}

/** Opens the files of the areas that become part of an image. @throws TaskError as FileReader */
export async function openCapture(planned: PlannedImage, ports: ContainerizePorts): Promise<Capture> {
  const { base, container, plan } = planned;
  const included = plan.areas.filter((area) => area.included);
  const files = await ports.filesOf(included, container.files);
  let notes: readonly ReadNote[] = [];
  const image = { registry: ports.source(base.source.host), path: base.source.path, layers: base.layers };
  const readBase = rememberBase(image, { unpack: ports.unpackLayer, log: ports.log });
  const never = plan.never.map(({ path }) => path);
  async function listArea({ name, path, without, kind }: PlannedArea): Promise<ListedArea> {
    if (kind !== 'changed') return { area: name, ...(await files.list([path], { without })), removed: [] };
    const input = { paths: [path], without: [...without, ...never], startedAt: plan.startedAt };
    const { changed, removed, notes: left } = await listChanges(input, { reader: container.files, readBase });
    return { area: name, entries: changed, removed, notes: left };
  }
  return {
    files,
    notes: () => notes,
    list: async () => {
      const listed: ListedArea[] = [];
      for (const area of included) listed.push(await listArea(area));
      notes = listed.flatMap((each) => each.notes);
      return {
        areas: listed.map(({ area, entries }) => ({ area, entries })),
        above: await listFoldersAbove(included, container.files),
        removed: listed.flatMap(({ removed }) => removed),
        opaque: included.filter(({ source }) => source.from === 'claim').map(({ path }) => path),
      };
    },
  };
}

interface ListedArea {
  /** Name of the area. */
  readonly area: string;
  readonly entries: readonly FileEntry[];
  readonly notes: readonly ReadNote[];
  /** What the image has and the container has not. */
  readonly removed: readonly string[];
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
