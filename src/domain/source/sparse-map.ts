import { ArchiveDefect } from './archive-defect.ts';
import { parseCount, paxNumber, paxValue, type PaxRecords } from './pax-records.ts';
import { readTarNumber, tarBlock } from './tar-header.ts';

/** Where the stored bytes of a sparse file belong; between the pieces are holes. */
export interface SparseMap {
  readonly pieces: readonly SparsePiece[];
  /** Bytes of the whole file, holes included. */
  readonly size: number;
}

interface SparsePiece {
  readonly offset: number;
  readonly length: number;
}

/** How a sparse entry stores its map. `in-data`: form 1.0, where it stands before the content. */
export type SparseForm =
  | { readonly kind: 'known'; readonly map: SparseMap }
  | { readonly kind: 'in-data'; size: number };

const mostPieces = 100_000;
// GNU tar manual, "Storing Sparse Files"; gnu/tar.h has the offsets of the old form.
const oldPieces = { offset: 386, count: 4 };
const oldMore = 482;
const oldSize: readonly [number, number] = [483, 12];
const extension = { offset: 0, count: 21 };
const extensionMore = 504;
const pieceBytes = 24;
const numberBytes = 12;

/** The first pieces and the size of the old GNU form, and whether blocks with more pieces follow. */
export function readOldSparse(header: Uint8Array): { readonly map: SparseMap; readonly hasMore: boolean } {
  const pieces = readPieces(header, oldPieces);
  return { map: { pieces, size: readTarNumber(header, oldSize) }, hasMore: header[oldMore] !== 0 };
}

/** Adds the pieces of an extension block of the old GNU form. @throws ArchiveDefect */
export function addOldSparse(
  map: SparseMap,
  block: Uint8Array,
): { readonly map: SparseMap; readonly hasMore: boolean } {
  const pieces = [...map.pieces, ...readPieces(block, extension)];
  if (pieces.length > mostPieces) throw tooMany();
  return { map: { ...map, pieces }, hasMore: block[extensionMore] !== 0 };
}

/** The map of the forms 0.0, 0.1 and 1.0; undefined for a file that is not sparse. @throws ArchiveDefect */
export function readPaxSparse(records: PaxRecords): SparseForm | undefined {
  const major = paxNumber(records, 'GNU.sparse.major');
  const realSize = paxNumber(records, 'GNU.sparse.realsize');
  if (major !== undefined) {
    const minor = paxNumber(records, 'GNU.sparse.minor');
    if (major === 1 && minor === 0 && realSize !== undefined) return { kind: 'in-data', size: realSize };
    if (major !== 0)
      throw new ArchiveDefect(`sparse file in the unknown form ${String(major)}.${String(minor ?? '?')}`);
  }
  const size = paxNumber(records, 'GNU.sparse.size') ?? realSize;
  if (size === undefined) return undefined;
  const joined = paxValue(records, 'GNU.sparse.map');
  const numbers = joined === undefined ? separateNumbers(records) : joined.split(',').filter((part) => part !== '');
  return { kind: 'known', map: { size, pieces: toPieces(numbers) } };
}

/**
 * Reads the map that form 1.0 has before the content: lines with the number of pieces, then offset and length of each,
 * filled up to whole blocks.
 * @returns the map and the bytes that it takes; undefined when more bytes are needed
 * @throws ArchiveDefect
 */
export function readSparseData(
  bytes: Uint8Array,
  size: number,
): { readonly map: SparseMap; readonly taken: number } | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, tarBlock));
  const first = /^(\d{1,8})\n/.exec(text)?.[1];
  if (first === undefined) throw new ArchiveDefect('invalid map of a sparse file');
  const count = Number(first);
  if (count > mostPieces) throw tooMany();
  const end = endOfLine(bytes, 1 + 2 * count);
  if (end === undefined) return undefined;
  const lines = new TextDecoder()
    .decode(bytes.subarray(first.length + 1, end))
    .split('\n')
    .slice(0, -1);
  const taken = Math.ceil(end / tarBlock) * tarBlock;
  return taken > bytes.length ? undefined : { map: { size, pieces: toPieces(lines) }, taken };
}

/** @throws ArchiveDefect for pieces that overlap, are unsorted or outside, or are not what is stored */
export function checkSparseMap({ pieces, size }: SparseMap, stored: number): void {
  let end = 0;
  let sum = 0;
  for (const { offset, length } of pieces) {
    if (offset < end || offset + length > size) throw new ArchiveDefect('the map of a sparse file is contradictory');
    end = offset + length;
    sum += length;
  }
  if (sum !== stored) throw new ArchiveDefect('the map of a sparse file does not fit its content');
}

function readPieces(block: Uint8Array, { offset, count }: { offset: number; count: number }): readonly SparsePiece[] {
  const places = Array.from({ length: count }, (_, index) => offset + index * pieceBytes);
  return places
    .filter((place) => block[place] !== 0)
    .map((place) => ({
      offset: readTarNumber(block, [place, numberBytes]),
      length: readTarNumber(block, [place + numberBytes, numberBytes]),
    }));
}

function separateNumbers(records: PaxRecords): readonly string[] {
  return records
    .filter(([keyword]) => keyword === 'GNU.sparse.offset' || keyword === 'GNU.sparse.numbytes')
    .map(([keyword, value], index) => {
      const expected = index % 2 === 0 ? 'GNU.sparse.offset' : 'GNU.sparse.numbytes';
      if (keyword !== expected) throw new ArchiveDefect('invalid map of a sparse file');
      return value;
    });
}

function toPieces(numbers: readonly string[]): readonly SparsePiece[] {
  if (numbers.length % 2 !== 0) throw new ArchiveDefect('invalid map of a sparse file');
  if (numbers.length / 2 > mostPieces) throw tooMany();
  return Array.from({ length: numbers.length / 2 }, (_, index) => {
    const pair = numbers.slice(2 * index, 2 * index + 2);
    const [offset = 0, length = 0] = pair.map((text) => parseCount(text, 'map of a sparse file'));
    return { offset, length };
  });
}

/** Where the n-th line ends; undefined when it is not there yet. */
function endOfLine(bytes: Uint8Array, lines: number): number | undefined {
  let end = 0;
  for (let line = 0; line < lines; line += 1) {
    const found = bytes.indexOf(0x0a, end);
    if (found === -1) return undefined;
    end = found + 1;
  }
  return end;
}

function tooMany(): ArchiveDefect {
  return new ArchiveDefect(`a sparse file has more than ${String(mostPieces)} pieces`);
}
