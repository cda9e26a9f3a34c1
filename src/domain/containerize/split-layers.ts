import { comparePaths } from './path-order.ts';
import { sourceOfCompiled } from './compiled-python.ts';
import type { FileEntry } from './file-entry.ts';
import { groupFolders, type LayerUnit } from './group-folders.ts';
import type { AreaEntries, LayerPlan, PlannedEntry } from './layer-plan.ts';

export interface SplitInput {
  /** No path is in two areas. */
  readonly areas: readonly AreaEntries[];
  /** Folders above the areas, as far as they are known. Layers have them for the owner and mode of what is above a file. */
  readonly above: readonly FileEntry[];
  /** Paths that the base image has and the container had not. */
  readonly removed: readonly string[];
  /** Folders where a volume was mounted: nothing in the base image is seen below them. */
  readonly opaque: readonly string[];
}

export interface SplitOptions {
  /** Layers besides those of the base image. */
  readonly mostLayers: number;
  /** Size of layers that an earlier image of the same container had, in bytes: with it no boundary moves. */
  readonly layerBytes?: number | undefined;
}

export interface SplitLayers {
  /** Paths that no layer can have: a name that begins with `.wh.` hides another file. */
  readonly refused: readonly string[];
  readonly layers: readonly LayerPlan[];
  /** The size of layers that was chosen, in bytes. */
  readonly layerBytes: number;
}

const mebibyte = 1024 * 1024;
const smallestLayer = 4 * mebibyte;
/** Layers that a large image should have: each is at most 3.6 % of it unless a single file is larger. */
const wantedLayers = 40;

/**
 * Distributes files to layers. All names of a file are in the layer of its first name. The size of layers grows in steps
 * with the whole, so that it is the same after most changes.
 */
export function splitLayers(listed: SplitInput, options: SplitOptions): SplitLayers {
  const { input, refused } = refuseNames(listed);
  const files = indexFiles(input);
  const units = input.areas.map(({ area, entries }) => ({ area, units: unitsOf(entries, files) }));
  const total = units.reduce((sum, area) => area.units.reduce((bytes, unit) => bytes + unit.bytes, sum), 0);
  const hidden = hidingLayer(input, files);
  const mostLayers = Math.max(options.mostLayers - hidden.length, input.areas.length);
  for (let step = stepOf(options.layerBytes ?? Math.max(total / wantedLayers, smallestLayer)); ; step += 1) {
    const layerBytes = Math.round(2 ** (step / 2));
    const groups = units.map(({ area, units: own }) => ({ area, parts: groupFolders(own, layerBytes) }));
    const count = groups.reduce((sum, { parts }) => sum + parts.length, 0);
    if (count > mostLayers && layerBytes < total * 2) continue;
    const planned = groups.flatMap(({ area, parts }) =>
      parts.map((part, index) => planLayer({ area, part: index + 1, units: part }, files)),
    );
    return { layers: [...hidden, ...planned], layerBytes, refused };
  }
}

function refuseNames(listed: SplitInput): { readonly input: SplitInput; readonly refused: readonly string[] } {
  const isRefused = ({ path }: FileEntry): boolean => path.includes('/.wh.');
  const refused = listed.areas.flatMap(({ entries }) => entries.filter(isRefused).map(({ path }) => path));
  const areas = listed.areas.map(({ area, entries }) => ({
    area,
    // The root of all is not an entry of a layer.
    entries: entries.filter((entry) => entry.path.length > 1 && !isRefused(entry)),
  }));
  return { input: { ...listed, areas }, refused };
}

/** Sizes are powers of the square root of 2. */
function stepOf(bytes: number): number {
  return Math.ceil(Math.round(2 * Math.log2(bytes) * 1000) / 1000);
}

interface KnownFiles {
  /** By path, with the folders above the areas. */
  readonly entries: ReadonlyMap<string, FileEntry>;
  /** Names of each file that has several here, sorted. By inode. */
  readonly names: ReadonlyMap<string, readonly FileEntry[]>;
  /** Folders that have something in them. */
  readonly parents: ReadonlySet<string>;
}

function indexFiles({ areas, above }: SplitInput): KnownFiles {
  const entries = new Map<string, FileEntry>();
  const linked = new Map<string, FileEntry[]>();
  const parents = new Set<string>();
  for (const entry of above) if (entry.kind === 'directory') entries.set(entry.path, entry);
  for (const { entries: own } of areas) {
    for (const entry of own) {
      entries.set(entry.path, entry);
      parents.add(parentOf(entry.path));
      if (entry.links < 2 || entry.kind === 'directory') continue;
      const names = linked.get(entry.inode);
      if (names === undefined) linked.set(entry.inode, [entry]);
      else names.push(entry);
    }
  }
  for (const names of linked.values()) names.sort(byPath);
  return { entries, names: linked, parents };
}

/** Devices and sockets are in no image; the listing has a note for each. */
function unitsOf(entries: readonly FileEntry[], files: KnownFiles): readonly LayerUnit[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'directory') return files.parents.has(entry.path) ? [] : [{ entry, bytes: 0 }];
    if (!['file', 'symlink', 'fifo'].includes(entry.kind)) return [];
    const first = files.names.get(entry.inode)?.[0] ?? entry;
    return first === entry ? [{ entry, bytes: entry.size }] : [];
  });
}

interface PlannedUnits {
  readonly area: string;
  readonly part: number;
  readonly units: readonly LayerUnit[];
}

function planLayer({ area, part, units }: PlannedUnits, files: KnownFiles): LayerPlan {
  const folders = new Map<string, FileEntry>();
  const own = units.flatMap(({ entry: first }): readonly PlannedEntry[] => {
    const names = first.kind === 'directory' ? [first] : (files.names.get(first.inode) ?? [first]);
    for (const { path } of names) addFolders(path, folders, files);
    return names.map((entry) => ({
      entry,
      linkTo: entry === first ? undefined : first.path,
      source: entry === first ? sourceOfCompiled(entry, files.entries) : undefined,
    }));
  });
  const parents = [...folders.values()].map((entry) => ({ entry, linkTo: undefined, source: undefined }));
  const entries = [...parents, ...own].sort((a, b) => byPath(a.entry, b.entry));
  const bytes = units.reduce((sum, unit) => sum + unit.bytes, 0);
  return { area, part, entries, whiteouts: [], opaque: [], bytes };
}

function addFolders(path: string, folders: Map<string, FileEntry>, { entries }: KnownFiles): void {
  for (let folder = parentOf(path); folder !== '' && !folders.has(folder); folder = parentOf(folder)) {
    const entry = entries.get(folder);
    if (entry?.kind === 'directory') folders.set(folder, entry);
  }
}

/** The first layer on the base image: it hides files of the base image only, not those of the layers above. */
function hidingLayer({ removed, opaque }: SplitInput, files: KnownFiles): readonly LayerPlan[] {
  if (removed.length === 0 && opaque.length === 0) return [];
  const folders = new Map<string, FileEntry>();
  for (const path of removed) addFolders(path, folders, files);
  for (const path of opaque) addFolders(`${path}/`, folders, files);
  const entries = [...folders.values()].sort(byPath).map((entry) => ({ entry, linkTo: undefined, source: undefined }));
  const whiteouts = [...removed].sort(comparePaths);
  return [{ area: 'removed', part: 1, entries, whiteouts, opaque: [...opaque].sort(comparePaths), bytes: 0 }];
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function byPath(a: FileEntry, b: FileEntry): number {
  return comparePaths(a.path, b.path);
}
