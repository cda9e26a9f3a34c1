import { createDroppedAttributes, type DroppedAttributes } from '../../domain/containerize/dropped-attributes.ts';
import type { FileEntry, FileReader, ReadFile, ReadNote } from '../../domain/containerize/file-entry.ts';
import { findPackageCaches } from '../../domain/containerize/package-caches.ts';
import { isBelow, isWithin } from '../../domain/containerize/paths.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';
import type { SplitInput } from '../../domain/containerize/split-layers.ts';
import { listChanges } from './list-changes.ts';
import type { OpenAreas } from './open-areas.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerAccess, ContainerizePorts } from './ports.ts';
import { rememberBase } from './remember-base.ts';

/** The files of all included areas. */
export interface Capture {
  readonly files: FileReader;
  /** Lists what becomes part of the image, each time from the beginning. */
  readonly list: () => Promise<SplitInput>;
  /** What is at these paths of the container, without what is in folders. A path with nothing is left out. */
  readonly at: (paths: readonly string[]) => Promise<readonly FileEntry[]>;
  /** What the last listing left out. */
  readonly notes: () => readonly ReadNote[];
}

/** Opens the files of the areas that become part of an image. @throws TaskError as FileReader */
export function openCapture(
  { base, container, plan }: PlannedImage,
  { files, own }: Pick<OpenAreas, 'files' | 'own'>,
  ports: Pick<ContainerizePorts, 'source' | 'unpackLayer' | 'log'>,
): Capture {
  const included = plan.areas.filter((area) => area.included);
  const dropped = createDroppedAttributes(included);
  let notes: readonly ReadNote[] = [];
  const image = { registry: ports.source(base.source.host), path: base.source.path, layers: base.layers };
  const readBase = rememberBase(image, { unpack: ports.unpackLayer, log: ports.log });
  const never = plan.never.map(({ path }) => path);
  async function listArea({ name, path, without, kind }: PlannedArea): Promise<ListedArea> {
    if (kind !== 'changed' || own === undefined) {
      const { entries, notes: left } = await files.list([path], { without });
      return { area: name, ...leaveOutCaches(path, entries, left), removed: [] };
    }
    const input = { paths: [path], without: [...without, ...never], startedAt: plan.startedAt };
    const { changed, removed, notes: left } = await listChanges(input, { reader: own, readBase });
    return { area: name, ...leaveOutCaches(path, changed, left), removed };
  }
  return {
    files: {
      list: (paths, options) => files.list(paths, options),
      read: (entries, onNote) => noteDropped(files.read(entries, onNote), dropped),
    },
    notes: () => [...notes, ...dropped.notes()],
    at: (paths) => listAt(paths, own, container),
    list: async () => {
      const listed: ListedArea[] = [];
      for (const area of included) listed.push(await listArea(area));
      notes = listed.flatMap((each) => each.notes);
      return {
        areas: listed.map(({ area, entries }) => ({ area, entries })),
        above: await listFoldersAbove(included, own),
        removed: listed.flatMap(({ removed }) => removed),
        opaque: included.filter(({ source }) => source.from === 'claim').map(({ path }) => path),
      };
    },
  };
}

async function* noteDropped(
  files: AsyncIterable<ReadFile>,
  { add }: DroppedAttributes,
): AsyncGenerator<ReadFile, void, undefined> {
  for await (const file of files) {
    if (file.dropped !== undefined) add(file.entry.path, file.dropped);
    yield file;
  }
}

/** An area that is itself a cache was asked for. */
function leaveOutCaches(
  area: string,
  entries: readonly FileEntry[],
  notes: readonly ReadNote[],
): Pick<ListedArea, 'entries' | 'notes'> {
  const caches = findPackageCaches(entries).filter((path) => isBelow(path, area));
  const left = caches.map((path): ReadNote => ({ path, reason: 'package-cache', detail: 'no program loads from it' }));
  return {
    entries: entries.filter(({ path }) => !caches.some((cache) => isWithin(path, cache))),
    notes: [...notes, ...left],
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

const printExisting = String.raw`for path; do if [ -e "$path" ]; then printf '%s\n' "$path"; fi; done`;

async function listAt(
  paths: readonly string[],
  own: FileReader | undefined,
  container: ContainerAccess,
): Promise<readonly FileEntry[]> {
  if (own === undefined) return [];
  const printed = await container.output(['sh', '-c', printExisting, 'sh', ...paths]);
  const existing = printed?.split('\n');
  const wanted = paths.filter((path) => existing?.includes(path) ?? own !== container.files);
  if (wanted.length === 0) return [];
  const { entries } = await own.list(wanted, { isShallow: true });
  return entries.filter(({ path }) => wanted.includes(path));
}

async function listFoldersAbove(
  areas: readonly PlannedArea[],
  files: FileReader | undefined,
): Promise<readonly FileEntry[]> {
  const above = new Set(areas.flatMap(({ path }) => foldersAbove(path)));
  if (above.size === 0 || files === undefined) return [];
  const { entries } = await files.list([...above], { isShallow: true });
  return entries.filter((entry) => above.has(entry.path));
}

/** `/a`, `/a/b` of `/a/b/c`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
