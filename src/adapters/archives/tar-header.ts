/** Everything in a tar comes in blocks of this many bytes. */
export const blockSize = 512;

const magicAt = 257;
const checksumAt = 148;
const checksumSize = 8;
const nameSize = 100;
const prefixAt = 345;
const prefixSize = 155;
const sizeAt = 124;
const sizeSize = 12;
const linkAt = 157;
const linkSize = 100;
/** The largest size that eleven octal digits hold is one less. */
const octalLimit = 8 ** 11;

/** One header as it stands in a tar; extended headers before it can change name, link and size. */
export interface TarHeader {
  readonly name: string;
  /** The type flag: `0` a file, `1` a hard link, `2` a symbolic link, `5` a folder, and others. */
  readonly type: string;
  /** Bytes of content that follow. */
  readonly size: number;
  readonly link: string;
}

/** What a header says besides name and size. Numbers must fit: seven octal digits, eleven for the time. */
export interface TarFields {
  readonly type: string;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

const folderFields: TarFields = { type: '5', link: '', mode: 0o755, uid: 0, gid: 0, modified: 0 };
const fileFields: TarFields = { type: '0', link: '', mode: 0o644, uid: 0, gid: 0, modified: 0 };

/**
 * A header (POSIX ustar), by default with a fixed owner, mode and time. A size of 8 GiB and more is written in the binary
 * form of GNU tar, which Go's reader and all others know.
 * @param name at most 100 bytes; one that ends with a slash makes a folder
 */
export function formatTarHeader(name: string, size: number, fields?: TarFields): Buffer {
  const header = Buffer.alloc(blockSize);
  if (Buffer.byteLength(name) > nameSize) throw new Error(`${name}: too long for a tar header`);
  const { type, link, mode, uid, gid, modified } = fields ?? (name.endsWith('/') ? folderFields : fileFields);
  header.write(name, 0);
  header.write(`${octal(mode, 7)}\0${octal(uid, 7)}\0${octal(gid, 7)}\0`, 100);
  if (size < octalLimit) header.write(`${octal(size, sizeSize - 1)}\0`, sizeAt);
  else {
    header[sizeAt] = 0x80;
    header.writeBigUInt64BE(BigInt(size), sizeAt + 4);
  }
  header.write(`${octal(modified, 11)}\0${' '.repeat(checksumSize)}${type}`, 136);
  header.write(link, linkAt, linkSize);
  header.write('ustar\x0000', magicAt);
  header.write(`${octal(checksumOf(header), 6)}\0 `, checksumAt);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/**
 * Reads a header (POSIX ustar, GNU and old forms).
 * @returns undefined for a block of zeros, `broken` when the checksum or a number is wrong
 */
export function parseTarHeader(block: Buffer): TarHeader | undefined | 'broken' {
  if (isZero(block)) return undefined;
  const size = numberAt(block, sizeAt, sizeSize);
  if (numberAt(block, checksumAt, checksumSize) !== checksumOf(block) || size === undefined) return 'broken';
  const isPosix = block.toString('latin1', magicAt, magicAt + 6) === 'ustar\0';
  const prefix = isPosix ? textAt(block, prefixAt, prefixSize) : '';
  const name = textAt(block, 0, nameSize);
  const type = block.toString('latin1', 156, 157);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: type === '\0' ? '0' : type,
    size,
    link: textAt(block, linkAt, nameSize),
  };
}

/** What an extended header of POSIX changes in the header after it. */
export interface PaxChanges {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
}

/**
 * Reads the records of an extended header: `length key=value\n` (POSIX pax).
 * @returns undefined when they are malformed, or describe a sparse file
 */
export function parsePaxRecords(bytes: Buffer): PaxChanges | undefined {
  const found: Record<'path' | 'linkpath' | 'size', string | undefined> = {
    path: undefined,
    linkpath: undefined,
    size: undefined,
  };
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const digits = blank < 0 ? '' : bytes.toString('latin1', at, blank);
    const end = at + Number(digits);
    if (!/^[1-9]\d{0,8}$/.test(digits) || end > bytes.length || end <= blank || bytes[end - 1] !== 0x0a)
      return undefined;
    const record = bytes.toString('utf8', blank + 1, end - 1);
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    if (equals < 0 || key.startsWith('GNU.sparse')) return undefined;
    if (key === 'path' || key === 'linkpath' || key === 'size') found[key] = record.slice(equals + 1);
    at = end;
  }
  if (found.size !== undefined && !/^\d{1,15}$/.test(found.size)) return undefined;
  return {
    ...(found.path === undefined ? {} : { path: found.path }),
    ...(found.linkpath === undefined ? {} : { linkpath: found.linkpath }),
    ...(found.size === undefined ? {} : { size: Number(found.size) }),
  };
}

/** Bytes that fill the last block of so much content. */
export function paddingAfter(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

/** Whether all bytes are zero. */
export function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

// The sum of all bytes, those of the checksum itself taken for blanks.
function checksumOf(block: Buffer): number {
  let sum = checksumSize * 0x20;
  for (const [at, byte] of block.entries()) if (at < checksumAt || at >= checksumAt + checksumSize) sum += byte;
  return sum;
}

function textAt(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function numberAt(block: Buffer, start: number, length: number): number | undefined {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) return binaryAt(block.subarray(start, start + length));
  const digits = textAt(block, start, length).trim();
  return /^[0-7]{0,12}$/.test(digits) ? Number.parseInt(digits || '0', 8) : undefined;
}

// Base 256, GNU tar: the first bit is a mark, the second one the sign.
function binaryAt(field: Buffer): number | undefined {
  const high = field.subarray(1, field.length - 6);
  return field[0] === 0x80 && isZero(high) ? field.readUIntBE(field.length - 6, 6) : undefined;
}
