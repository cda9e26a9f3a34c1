import { ArchiveDefect } from './archive-defect.ts';

/** Bytes of a block: headers are one block, contents are filled up to whole blocks. */
export const tarBlock = 512;

/** A header as it stands in the archive, before extended headers change it. */
export interface TarHeader {
  /** One character, `0` for a file; pax(1) and the GNU manual list them. */
  readonly type: string;
  readonly name: Uint8Array;
  readonly linkName: Uint8Array;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

// Offset and length of the fields, pax(1), "ustar Interchange Format".
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  linkName: [157, 100],
  prefix: [345, 155],
} as const;

const typeOffset = 156;
const magicOffset = 257;
const ustarMagic = new TextEncoder().encode('ustar\0');

/**
 * Reads a header.
 * @returns undefined for a block of zeros, which ends an archive
 * @throws ArchiveDefect for a block that is not a header, as after a part that is missing
 */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  if (!hasTarChecksum(block)) {
    if (isZero(block)) return undefined;
    throw new ArchiveDefect('invalid tar header: its checksum does not match');
  }
  const type = String.fromCharCode(...block.subarray(typeOffset, typeOffset + 1));
  const name = textField(block, fields.name);
  const prefix = hasMagic(block) ? textField(block, fields.prefix) : new Uint8Array();
  return {
    type: type === '\0' ? '0' : type,
    name: prefix.length === 0 ? name : joinPath(prefix, name),
    linkName: textField(block, fields.linkName),
    size: readTarNumber(block, fields.size),
    mode: readTarNumber(block, fields.mode),
    uid: readLoosely(block, fields.uid),
    gid: readLoosely(block, fields.gid),
    modified: readLoosely(block, fields.modified),
  };
}

/** Whether a block is a header: the sum of its bytes is in it, signed in very old archives. */
export function hasTarChecksum(block: Uint8Array): boolean {
  const [start, length] = fields.checksum;
  const view = new DataView(block.buffer, block.byteOffset, tarBlock);
  let unsigned = 0x20 * length;
  let high = 0;
  for (let index = 0; index < tarBlock; index += 1) {
    if (index === start) index += length;
    const byte = view.getUint8(index);
    unsigned += byte;
    high += byte >> 7;
  }
  const signed = unsigned - high * 256;
  const stored = octalValue(block, fields.checksum);
  // A field without digits: the blanks alone have a sum, but signed bytes can make it zero.
  if (stored === undefined || stored === 0) return false;
  return stored === unsigned || stored === signed;
}

/**
 * Reads a number: octal digits, or, when the first bit is set, the bytes of the number itself.
 * @throws ArchiveDefect
 */
export function readTarNumber(block: Uint8Array, field: readonly [offset: number, length: number]): number {
  const [offset, length] = field;
  const first = block[offset] ?? 0;
  if (first < 0x80) {
    const value = octalValue(block, field);
    if (value === undefined) throw new ArchiveDefect('invalid tar header: expected octal digits');
    return value;
  }
  const others = block.subarray(offset + 1, offset + length);
  const value = others.reduce((sum, byte) => sum * 256 + byte, first & 0x3f);
  if ((first & 0x40) !== 0 || !Number.isSafeInteger(value)) {
    throw new ArchiveDefect('invalid tar header: a number is negative or too large');
  }
  return value;
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** A wrong time or owner does not make files unusable. */
function readLoosely(block: Uint8Array, field: readonly [number, number]): number {
  try {
    return readTarNumber(block, field);
  } catch {
    return 0;
  }
}

/**
 * The value of the digits between blanks, up to a zero byte; 0 for none, undefined when there is anything else. Byte by
 * byte: texts and patterns would take a tenth of the time of an archive of small files.
 */
function octalValue(block: Uint8Array, [offset, length]: readonly [number, number]): number | undefined {
  const field = block.subarray(offset, offset + length);
  let index = 0;
  while (isBlank(field[index])) index += 1;
  let value = 0;
  for (let digit = digitOf(field[index]); digit !== undefined; digit = digitOf(field[index])) {
    value = value * 8 + digit;
    index += 1;
  }
  while (isBlank(field[index])) index += 1;
  return (field[index] ?? 0) === 0 ? value : undefined;
}

function digitOf(byte: number | undefined): number | undefined {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37 ? byte - 0x30 : undefined;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

function textField(block: Uint8Array, [offset, length]: readonly [number, number]): Uint8Array {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

function joinPath(folder: Uint8Array, name: Uint8Array): Uint8Array {
  const path = new Uint8Array(folder.length + 1 + name.length).fill(0x2f);
  path.set(folder);
  path.set(name, folder.length + 1);
  return path;
}

function hasMagic(block: Uint8Array): boolean {
  return ustarMagic.every((byte, index) => block[magicOffset + index] === byte);
}
