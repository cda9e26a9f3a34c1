/** A member of a tar as a test wants it, right or wrong. */
export interface TestMember {
  readonly name: string;
  /** `0` unless given. */
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly link?: string;
  /** What the header says in place of the content's length. */
  readonly size?: number | Buffer;
  readonly magic?: string;
  readonly prefix?: string;
}

const block = 512;

/** A tar of these members with its end. */
export function tarOf(members: readonly TestMember[]): Buffer {
  return Buffer.concat([...members.map(memberOf), Buffer.alloc(2 * block)]);
}

/** One member: its header and its content in whole blocks. */
function memberOf(member: TestMember): Buffer {
  const content = Buffer.from(member.content ?? '');
  const header = Buffer.alloc(block);
  header.write(member.name.slice(0, 100), 0);
  header.write('0000644\x000000000\x000000000\0', 100);
  const { size = content.length } = member;
  if (typeof size === 'number') header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else size.copy(header, 124);
  header.write('00000000000\0        ', 136);
  header.write(member.type ?? '0', 156, 'latin1');
  header.write(member.link ?? '', 157);
  header.write(member.magic ?? 'ustar\x0000', 257);
  header.write(member.prefix ?? '', 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((block - (content.length % block)) % block)]);
}

/** A record of an extended header, with its own length in front. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(rest);
  const total = [1, 2, 3, 4].map((digits) => length + digits).find((sum, index) => String(sum).length === index + 1);
  return `${String(total)}${rest}`;
}
