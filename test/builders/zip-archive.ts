import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a hand-made zip archive, which may break any rule. */
export interface ZipPart {
  readonly name: string | Uint8Array;
  readonly content?: string;
  readonly mode?: number;
  readonly madeBy?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly size?: number;
  readonly crc?: number;
  readonly localName?: string;
  readonly unicodeName?: string;
  /** Points to the content of the first entry. */
  readonly sameAsFirst?: boolean;
}

const unix = 3;

/** The bytes of an archive: APPNOTE.TXT 4.3. */
export function makeZip(parts: readonly ZipPart[], count = parts.length): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const { name, content = 'text', mode = 0o100644, madeBy = unix, flags = 0, method = 8, localName = name } = part;
    const [nameBytes, localBytes] = [Buffer.from(name), Buffer.from(localName)];
    const bytes = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(part.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(part.size ?? bytes.length, 18);
    const extra = part.unicodeName === undefined ? Buffer.alloc(0) : unicodeField(nameBytes, part.unicodeName);
    const local = Buffer.concat([signature(0x04034b50), withName(common, localBytes, 0), localBytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode * 0x10000) >>> 0, 6);
    tail.writeUInt32LE(part.sameAsFirst === true ? 0 : offset, 10);
    const made = Buffer.from([30, madeBy]);
    directory.push(
      Buffer.concat([signature(0x02014b50), made, withName(common, nameBytes, extra.length), tail, nameBytes, extra]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function withName(common: Buffer, name: Buffer, extra: number): Buffer {
  const header = Buffer.from(common);
  header.writeUInt16LE(name.length, 22);
  header.writeUInt16LE(extra, 24);
  return header;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function unicodeField(name: Buffer, unicodeName: string): Buffer {
  const text = Buffer.from(unicodeName);
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + text.length, 2);
  field[4] = 1;
  field.writeUInt32LE(crc32(name), 5);
  return Buffer.concat([field, text]);
}
