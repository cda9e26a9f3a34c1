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
const ustarMagic = 'ustar\0';

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
  const prefix = hasMagic(block, ustarMagic) ? textField(block, fields.prefix) : new Uint8Array();
  return {
    type: type === '\0' ? '0' : type,
    name: prefix.length === 0 ? name : Uint8Array.from([...prefix, 0x2f, ...name]),
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
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < tarBlock; index += 1) {
    const isOwn = index >= start && index < start + length;
    unsigned += isOwn ? 0x20 : view.getUint8(index);
    signed += isOwn ? 0x20 : view.getInt8(index);
  }
  const digits = octalDigits(block, fields.checksum);
  if (digits === undefined || digits === '') return false;
  const stored = Number.parseInt(digits, 8);
  return stored === unsigned || stored === signed;
}

/**
 * Reads a number: octal digits, or, when the first bit is set, the bytes of the number itself.
 * @throws ArchiveDefect
 */
export function readTarNumber(block: Uint8Array, field: readonly [offset: number, length: number]): number {
  const [offset, length] = field;
  const [first = 0, ...others] = block.subarray(offset, offset + length);
  if (first < 0x80) {
    const digits = octalDigits(block, field);
    if (digits === undefined) throw new ArchiveDefect('invalid tar header: expected octal digits');
    return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
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

/** The digits between blanks and zeros; undefined when there is anything else. */
function octalDigits(block: Uint8Array, [offset, length]: readonly [number, number]): string | undefined {
  const digits = String.fromCharCode(...textField(block, [offset, length])).trim();
  return /^[0-7]*$/.test(digits) ? digits : undefined;
}

function textField(block: Uint8Array, [offset, length]: readonly [number, number]): Uint8Array {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

function hasMagic(block: Uint8Array, magic: string): boolean {
  const bytes = new TextEncoder().encode(magic);
  return bytes.every((byte, index) => block[magicOffset + index] === byte);
}
