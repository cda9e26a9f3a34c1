import { ArchiveDefect, refuseEntry } from './archive-defect.ts';

/** What the central directory of a zip archive says about an entry. */
export interface ZipRecord {
  readonly nameBytes: Uint8Array;
  /** Bit flags of APPNOTE.TXT 4.4.4. */
  readonly flags: number;
  /** High byte: the system that made it, APPNOTE.TXT 4.4.2. */
  readonly madeBy: number;
  readonly attributes: number;
  readonly size: number;
  readonly extraFields: readonly ZipExtraField[];
}

export interface ZipExtraField {
  readonly id: number;
  readonly data: Uint8Array;
}

/** CRC-32 as in zlib. */
export type Crc32 = (bytes: Uint8Array) => number;

const unicodeFlag = 0x800;
const encryptedFlags = 0x41;
const unicodePath = 0x7075;
const systems = { dos: 0, ntfs: 10, unix: 3, darwin: 19 };
const fileType = { mask: 0o170000, regular: 0o100000, folder: 0o040000, symlink: 0o120000 };
const dosFolder = 0x10;

// Code page 437 above ASCII, APPNOTE.TXT appendix D.
const upper =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0';

/**
 * The name of an entry: of the Unicode extra field when its checksum is that of the name, else UTF-8 when the flag says
 * so or the bytes are, else code page 437. The result may be anything: it must be checked.
 * @throws ArchiveDefect
 */
export function zipName({ nameBytes, flags, madeBy, extraFields }: ZipRecord, crc32: Crc32): string {
  const name = unicodeName(nameBytes, extraFields, crc32) ?? plainName(nameBytes, flags);
  const system = madeBy >> 8;
  // As Info-ZIP does: programs for DOS and Windows that do not know the standard.
  return (system === systems.dos || system === systems.ntfs) && !name.includes('/') ? name.replaceAll('\\', '/') : name;
}

/**
 * Kind and permissions of an entry; those of systems without permissions are the usual ones.
 * @throws ArchiveDefect for encrypted entries and for devices
 */
export function zipKind(
  record: ZipRecord,
  name: string,
): { readonly kind: 'folder' | 'file' | 'symlink'; readonly mode: number } {
  if ((record.flags & encryptedFlags) !== 0) refuseEntry(name, 'it is encrypted');
  const isFolder = name.endsWith('/');
  const system = record.madeBy >> 8;
  const mode = record.attributes >>> 16;
  if ((system === systems.unix || system === systems.darwin) && mode !== 0) {
    switch (mode & fileType.mask) {
      case fileType.folder:
        return { kind: 'folder', mode };
      case fileType.symlink:
        if (isFolder) refuseEntry(name, 'it is a link whose name ends in a slash');
        return { kind: 'symlink', mode };
      case fileType.regular:
      case 0:
        return { kind: isFolder ? 'folder' : 'file', mode };
      default:
        return refuseEntry(name, 'it is a device, a pipe or a socket');
    }
  }
  const folder = isFolder || ((record.attributes & dosFolder) !== 0 && record.size === 0);
  return folder ? { kind: 'folder', mode: 0o755 } : { kind: 'file', mode: 0o644 };
}

function unicodeName(nameBytes: Uint8Array, extraFields: readonly ZipExtraField[], crc32: Crc32): string | undefined {
  const field = extraFields.find(({ id }) => id === unicodePath)?.data;
  if (field === undefined || field.length < 5 || field[0] !== 1) return undefined;
  const checksum = new DataView(field.buffer, field.byteOffset, field.length).getUint32(1, true);
  return checksum === crc32(nameBytes) ? tryUtf8(field.subarray(5)) : undefined;
}

function plainName(bytes: Uint8Array, flags: number): string {
  const text = tryUtf8(bytes);
  if (text !== undefined) return text;
  if ((flags & unicodeFlag) !== 0) throw new ArchiveDefect('the name of an entry is not UTF-8, but is marked as UTF-8');
  return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : upper[byte - 0x80])).join('');
}

function tryUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
