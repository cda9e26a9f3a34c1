/** A text that is searched for among many others. */
export interface Pattern {
  /** At least 3 bytes, or 2 with a tail. In lower case unless `exact`. */
  readonly bytes: Uint8Array;
  /** Whether the case of ASCII letters matters. */
  readonly exact: boolean;
  /** For each of 256 bytes whether it can follow; `tailLength` such bytes follow. Undefined: anything. */
  readonly tail: Uint8Array | undefined;
  readonly tailLength: number;
}

/** Finds all patterns of a set while bytes are read once. */
export interface Prefilter {
  /**
   * Calls `hit` with the number of a pattern and its place for each pattern whose deciding bytes end in `from` to `to`. The
   * bytes from 0 to `end` are known; those before `from` are looked at when a pattern began there. The array begins at an
   * even place of its memory.
   */
  readonly find: (bytes: Uint8Array, range: SearchRange, hit: (pattern: number, at: number) => void) => void;
}

export interface SearchRange {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

/** Groups of bytes: letters without their case, digits, and the signs that keys and tokens have. */
const groupBits = 5;
const tripleMask = (1 << (3 * groupBits)) - 1;
const groups = makeGroups();
/** How often a group is in texts and programs, in thousandths. Letters from a to z come first. */
const frequencies = [
  ...[60, 12, 28, 28, 90, 18, 14, 25, 50, 3, 7, 32, 22, 50, 52, 20, 2, 50, 52, 65, 22, 9, 10, 5, 12, 3],
  ...[200, 40, 60, 40],
];

/** The groups of two bytes that are read as one number, as little-endian computers do: all that Node runs on but one. */
const pairs = Uint16Array.from({ length: 65_536 }, (_, word) => groupsOfPair(word));
const fourMask = (1 << (4 * groupBits)) - 1;

/**
 * Builds tables of what three bytes in a row can be part of a pattern. Each pattern is found by its rarest three bytes, so
 * that two bytes of a file cost one look into a table. The rest of a pattern is compared where its three bytes are.
 */
export function createPrefilter(patterns: readonly Pattern[]): Prefilter {
  const entries = patterns.flatMap((pattern, index) => triplesOf(pattern).map((entry) => ({ ...entry, index })));
  const table = makeTable(entries);
  const fours = makeFours(entries);
  return {
    find: (bytes, { from, to, end }, hit) => {
      const search: Search = { bytes, end, patterns, table, hit };
      const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 1);
      const first = (Math.min(to, Math.max(from, 2)) + 1) >>> 1;
      const last = Math.max(first, to >>> 1);
      for (let at = Math.max(2, from); at < Math.min(to, 2 * first); at += 1) compare(search, tripleAt(bytes, at), at);
      const next = (word: number): number => nextFour(fours, words, { from: word, to: last });
      for (let word = next(first); word < last; word = next(word + 1)) {
        compare(search, tripleAt(bytes, 2 * word), 2 * word);
        compare(search, tripleAt(bytes, 2 * word + 1), 2 * word + 1);
      }
      for (let at = Math.max(2, from, 2 * last); at < to; at += 1) compare(search, tripleAt(bytes, at), at);
    },
  };
}

interface Search {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly patterns: readonly Pattern[];
  readonly table: Table;
  readonly hit: (pattern: number, at: number) => void;
}

/**
 * The first word from a place on that ends four bytes of which three in a row are in the table. All of the time of a scan
 * is spent here: a function of its own, without anything that is captured.
 */
function nextFour(fours: Int32Array, words: Uint16Array, { from, to }: { from: number; to: number }): number {
  let four = from > 0 ? (pairs[words[from - 1] as number] as number) : 0;
  for (let word = from; word < to; word += 1) {
    four = ((four << (2 * groupBits)) | (pairs[words[word] as number] as number)) & fourMask;
    if ((((fours[four >>> 5] as number) >>> (four & 31)) & 1) === 1) return word;
  }
  return to;
}

function compare({ bytes, end, patterns, table, hit }: Search, triple: number, at: number): void {
  const { buckets, starts, indexes, offsets } = table;
  const bucket = buckets[triple] as number;
  if (bucket === 0) return;
  const next = starts[bucket + 1] as number;
  for (let entry = starts[bucket] as number; entry < next; entry += 1) {
    const start = at - 2 - (offsets[entry] as number);
    const index = indexes[entry] as number;
    if (start >= 0 && matches(bytes, patterns[index] as Pattern, { start, end })) hit(index, start);
  }
}

interface Triple {
  readonly triple: number;
  /** Place of the three bytes in the pattern. */
  readonly offset: number;
}

function triplesOf({ bytes, tail }: Pattern): readonly Triple[] {
  if (bytes.length >= 3) return [rarest(bytes)];
  if (bytes.length < 2 || tail === undefined) throw new RangeError('a pattern is too short to search for');
  const first = (groupAt(bytes, 0) << (2 * groupBits)) | (groupAt(bytes, 1) << groupBits);
  const last = new Set([...tail.keys()].filter((byte) => tail[byte] === 1).map((byte) => groups[byte] as number));
  return [...last].map((group) => ({ triple: first | group, offset: 0 }));
}

function rarest(bytes: Uint8Array): Triple {
  let found = { triple: 0, offset: 0, frequency: Infinity };
  for (let offset = 0; offset + 3 <= bytes.length; offset += 1) {
    const three = [0, 1, 2].map((index) => groupAt(bytes, offset + index));
    const frequency = three.reduce((product, group) => product * (frequencies[group - 1] ?? 150), 1);
    const triple = three.reduce((all, group) => (all << groupBits) | group, 0);
    if (frequency < found.frequency) found = { triple, offset, frequency };
  }
  return found;
}

/** Entries of patterns by their three bytes. */
interface Table {
  /** The number of a bucket for three bytes; 0: no pattern has them. */
  readonly buckets: Uint16Array;
  /** Where the entries of a bucket begin. */
  readonly starts: Int32Array;
  readonly indexes: Int32Array;
  readonly offsets: Int32Array;
}

function makeTable(entries: readonly (Triple & { readonly index: number })[]): Table {
  const sorted = [...entries].sort((a, b) => a.triple - b.triple);
  const buckets = new Uint16Array(tripleMask + 1);
  const starts = [0];
  for (const [at, { triple }] of sorted.entries()) {
    if (buckets[triple] !== 0) continue;
    buckets[triple] = starts.length;
    starts.push(at);
  }
  return {
    buckets,
    starts: Int32Array.of(...starts, sorted.length),
    indexes: Int32Array.from(sorted, ({ index }) => index),
    offsets: Int32Array.from(sorted, ({ offset }) => offset),
  };
}

/** For four bytes in a row a bit: whether their first or their last three are in the table. */
function makeFours(entries: readonly Triple[]): Int32Array {
  const fours = new Int32Array((fourMask + 1) / 32);
  const add = (four: number): void => {
    fours[four >>> 5] = (fours[four >>> 5] as number) | (1 << (four & 31));
  };
  for (const { triple } of entries) {
    for (let group = 0; group < 1 << groupBits; group += 1) {
      add((triple << groupBits) | group);
      add((group << (3 * groupBits)) | triple);
    }
  }
  return fours;
}

function tripleAt(bytes: Uint8Array, at: number): number {
  return (groupAt(bytes, at - 2) << (2 * groupBits)) | (groupAt(bytes, at - 1) << groupBits) | groupAt(bytes, at);
}

function groupsOfPair(word: number): number {
  return ((groups[word & 0xff] as number) << groupBits) | (groups[word >>> 8] as number);
}

function matches(
  bytes: Uint8Array,
  { bytes: wanted, exact, tail, tailLength }: Pattern,
  { start, end }: { start: number; end: number },
): boolean {
  const after = start + wanted.length;
  if (after + tailLength > end) return false;
  for (let at = 0; at < wanted.length; at += 1) {
    const byte = bytes[start + at] as number;
    if (byte !== wanted[at] && (exact || lower(byte) !== wanted[at])) return false;
  }
  if (tail === undefined) return true;
  for (let at = 0; at < tailLength; at += 1) if (tail[bytes[after + at] as number] !== 1) return false;
  return true;
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

function groupAt(bytes: Uint8Array, at: number): number {
  return groups[bytes[at] as number] as number;
}

function makeGroups(): Uint8Array {
  const made = new Uint8Array(256);
  for (let letter = 0; letter < 26; letter += 1) {
    made[65 + letter] = letter + 1;
    made[97 + letter] = letter + 1;
  }
  made.fill(27, 48, 58);
  for (let sign = 0; sign < 3; sign += 1) made['_-.'.charCodeAt(sign)] = 28 + sign;
  for (const space of [9, 10, 13, 32]) made[space] = 31;
  return made;
}
