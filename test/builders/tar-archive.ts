/** An entry of a hand-made archive. `header` writes into the header before its checksum is made. */
export interface TarPart {
  readonly name?: string;
  readonly type?: string;
  readonly linkName?: string;
  readonly mode?: number;
  readonly size?: number;
  readonly content?: string | Uint8Array;
  readonly magic?: string;
  readonly header?: (block: Buffer) => void;
}

/** The bytes of an archive, which may break any rule. */
export function makeTar(parts: readonly TarPart[], end: Uint8Array = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...parts.map(makePart), end]);
}

/** The extended header with these records. */
export function paxPart(
  records: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
  type = 'x',
): TarPart {
  const list: readonly (readonly [string, string])[] = Array.isArray(records) ? records : Object.entries(records);
  return { name: 'PaxHeader', type, content: list.map(([key, value]) => paxRecord(key, value)).join('') };
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
  return `${String(length)}${rest}`;
}

export function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}

function makePart({
  name = 'file',
  type = '0',
  linkName = '',
  mode = 0o644,
  size,
  content = '',
  magic = 'ustar\x0000',
  header,
}: TarPart): Buffer {
  const block = Buffer.alloc(512);
  const bytes = Buffer.from(content);
  block.write(name, 0, 100, 'latin1');
  block.write(Buffer.from(name).toString('latin1'), 0, 100, 'latin1');
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size ?? bytes.length, 12), 124);
  block.write(octal(1_700_000_000, 12), 136);
  block.write(type, 156);
  block.write(linkName, 157);
  block.write(magic, 257);
  header?.(block);
  block.write('        ', 148);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
