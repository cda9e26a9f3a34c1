import type { FileEntry } from './file-entry.ts';

/** What is never torn apart: a file with all its names, an empty folder or a link. */
export interface LayerUnit {
  /** The first name. */
  readonly entry: FileEntry;
  readonly bytes: number;
}

interface Group {
  readonly key: string;
  readonly units: readonly LayerUnit[];
  readonly bytes: number;
}

/** Where names are read: after a folder, and whether `foo` and `foo-1.0.dist-info` are one package. */
interface Level {
  readonly start: number;
  readonly joins: boolean;
}

const lastBit = 31;

/**
 * Divides units into layers of at most `most` bytes where no single file is larger. A package folder is not torn apart
 * unless it is larger than that, and has a layer of its own when it is larger than half of that. Smaller packages share
 * layers by a hash of their names: whether they are in one layer depends on those packages only, so that a change
 * elsewhere moves nothing.
 * @param units sorted by path
 */
export function groupFolders(units: readonly LayerUnit[], most: number): readonly (readonly LayerUnit[])[] {
  return divide({ key: '', units, bytes: sum(units) }, { start: 0, joins: true }, most);
}

function divide(group: Group, level: Level, most: number): readonly (readonly LayerUnit[])[] {
  const [only, second] = group.units;
  if (only === undefined) return [];
  if (second === undefined || group.bytes <= most) return [group.units];
  const groups = groupsOf(group.units, level);
  const large = groups.filter(({ bytes }) => bytes > most / 2);
  const small = groups.filter(({ bytes }) => bytes <= most / 2);
  return [...large.flatMap((each) => divide(each, nextLevel(each, level), most)), ...shareLayers(small, 0, most)];
}

/** First by the packages of a folder, then by its names as they are, then by those of the folder below. */
function nextLevel({ key }: Group, { start, joins }: Level): Level {
  return joins ? { start, joins: false } : { start: key.length, joins: true };
}

function shareLayers(groups: readonly Group[], bit: number, most: number): readonly (readonly LayerUnit[])[] {
  if (groups.length === 0) return [];
  const isWhole = groups.length === 1 || bit > lastBit || sum(groups) <= most;
  if (isWhole) return [groups.flatMap(({ units }) => units)];
  const isUpper = ({ key }: Group): boolean => ((hashOf(key) >>> (lastBit - bit)) & 1) === 1;
  const [lower, upper] = [groups.filter((group) => !isUpper(group)), groups.filter(isUpper)];
  return [...shareLayers(lower, bit + 1, most), ...shareLayers(upper, bit + 1, most)];
}

function groupsOf(units: readonly LayerUnit[], { start, joins }: Level): readonly Group[] {
  const found = new Map<string, { readonly units: LayerUnit[]; bytes: number }>();
  for (const unit of units) {
    const { path } = unit.entry;
    const { name } = nameAfter(path, start);
    const key = `${path.slice(0, start)}/${joins ? packageOf(name) : name}`;
    const group = found.get(key) ?? { units: [], bytes: 0 };
    group.units.push(unit);
    group.bytes += unit.bytes;
    found.set(key, group);
  }
  return [...found].map(([key, group]) => ({ key, units: group.units, bytes: group.bytes }));
}

/** The name after a folder whose path has so many characters, and where it ends. */
function nameAfter(path: string, start: number): { readonly name: string; readonly end: number } {
  const slash = path.indexOf('/', start + 1);
  const end = slash === -1 ? path.length : slash;
  return { name: path.slice(start + 1, end), end };
}

/** `numpy`, `numpy.libs` and `numpy-1.26.4.dist-info` change together. */
function packageOf(name: string): string {
  return /^\w+/.exec(name)?.[0].toLowerCase() ?? name;
}

function sum(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}

// FNV-1a, then the finalizer of MurmurHash3: the upper bits of FNV alone depend little on the last characters.
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
