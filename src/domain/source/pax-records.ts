import { ArchiveDefect } from './archive-defect.ts';
import { decodeUtf8 } from './entry-path.ts';

/** Records of an extended header in their order, since sparse files of form 0.0 repeat keywords. */
export type PaxRecords = readonly (readonly [keyword: string, value: string, bytes?: Uint8Array])[];

const attributePrefix = 'SCHILY.xattr.';
const newline = 0x0a;
const blank = 0x20;
const equals = 0x3d;
/** Digits of the length of a record; more is not a length. */
const mostDigits = 10;

/**
 * Reads the records `<length> <keyword>=<value>\n` of an extended header: pax(1), "pax Extended Header".
 * @throws ArchiveDefect
 */
export function readPaxRecords(bytes: Uint8Array): PaxRecords {
  const records: PaxRecords[number][] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(blank, start);
    const digits = end === -1 || end - start > mostDigits ? '' : String.fromCharCode(...bytes.subarray(start, end));
    const length = /^[1-9]\d*$/.test(digits) ? Number(digits) : 0;
    const record = bytes.subarray(end + 1, start + length);
    const middle = record.indexOf(equals);
    const isWhole = start + length <= bytes.length && record.at(-1) === newline && middle > 0;
    if (length === 0 || !isWhole) throw new ArchiveDefect('invalid extended header: a record has the wrong length');
    const value = record.subarray(middle + 1, -1);
    const keyword = decodeUtf8(record.subarray(0, middle), 'keyword of an extended header');
    if (keyword.startsWith(attributePrefix)) records.push([keyword, '', value.slice()]);
    else records.push([keyword, isText(keyword) ? decodeUtf8(value, keyword) : '']);
    start += length;
  }
  return records;
}

/** Extended attributes by name, such as `user.origin`. Their values may have any bytes. */
export function paxAttributes(records: PaxRecords): ReadonlyMap<string, Uint8Array> {
  return new Map(
    records.flatMap(([keyword, , bytes]) => {
      if (bytes === undefined) return [];
      // GNU tar writes `=` and `%` of a name in this form.
      const name = keyword.slice(attributePrefix.length).replaceAll('%3D', '=').replaceAll('%25', '%');
      return [[name, bytes] as const];
    }),
  );
}

/** The last record of a keyword counts. */
export function paxValue(records: PaxRecords, keyword: string): string | undefined {
  return records.findLast(([name]) => name === keyword)?.[1];
}

/** @throws ArchiveDefect for a value that is not a whole number */
export function paxNumber(records: PaxRecords, keyword: string): number | undefined {
  const text = paxValue(records, keyword);
  return text === undefined ? undefined : parseCount(text, keyword);
}

/** @throws ArchiveDefect */
export function parseCount(text: string, keyword: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new ArchiveDefect(`invalid ${keyword} in an extended header: expected a number`);
}

/** Others may have any bytes, and are not used. */
function isText(keyword: string): boolean {
  return ['path', 'linkpath', 'size', 'mtime', 'uid', 'gid'].includes(keyword) || keyword.startsWith('GNU.sparse.');
}

/** Writes the records of an extended header, in their order. */
export function formatPaxRecords(records: readonly (readonly [keyword: string, value: Uint8Array])[]): Uint8Array {
  const pieces = records.flatMap(([keyword, value]) => {
    const start = new TextEncoder().encode(` ${keyword}=`);
    const length = lengthWithItself(start.length + value.length + 1);
    return [new TextEncoder().encode(String(length)), start, value, Uint8Array.of(newline)];
  });
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The length of a record counts its own digits. */
function lengthWithItself(rest: number): number {
  const digits = String(rest).length;
  const length = rest + digits;
  return String(length).length === digits ? length : length + 1;
}
