/** The bytes of an IP address: 4 for IPv4, 16 for IPv6. An IPv4-mapped IPv6 address has the 4 bytes of its IPv4 address. */
export type IpAddress = readonly number[];

export interface IpRange {
  readonly address: IpAddress;
  /** How many leading bits an address of the range shares with `address`. */
  readonly prefix: number;
}

const ipv4Bytes = 4;
const ipv6Bytes = 16;
const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const mappedBits = mappedPrefix.length * 8;

/** Reads `192.0.2.1` or `2001:db8::1`, without brackets and without a zone; undefined for all other texts. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bytes = readBytes(text);
  return bytes === undefined ? undefined : unmap(bytes);
}

/** Reads `192.0.2.0/24` or `2001:db8::/32`; undefined for all other texts. */
export function parseIpRange(text: string): IpRange | undefined {
  const [, before = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = readBytes(before);
  const prefix = Number(bits);
  if (bytes === undefined || prefix > bytes.length * 8) return undefined;
  const isMapped = isIpv4Mapped(bytes) && prefix >= mappedBits;
  return isMapped ? { address: unmap(bytes), prefix: prefix - mappedBits } : { address: bytes, prefix };
}

/** Whether an address is in a range. IPv4 addresses are in no range of IPv6 addresses, and the other way round. */
export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.length !== range.address.length) return false;
  return address.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, range.prefix - index * 8));
    const mask = 0xff & (0xff << (8 - bits));
    return ((byte ^ Number(range.address[index])) & mask) === 0;
  });
}

export function isSameAddress(one: IpAddress, other: IpAddress): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Whether an address is in 127.0.0.0/8 or is ::1. */
export function isLoopback(address: IpAddress): boolean {
  if (address.length === ipv4Bytes) return address[0] === 127;
  return address.every((byte, index) => byte === (index === ipv6Bytes - 1 ? 1 : 0));
}

function isIpv4Mapped(bytes: readonly number[]): boolean {
  return bytes.length === ipv6Bytes && mappedPrefix.every((byte, index) => bytes[index] === byte);
}

function unmap(bytes: readonly number[]): IpAddress {
  return isIpv4Mapped(bytes) ? bytes.slice(mappedPrefix.length) : bytes;
}

function readBytes(text: string): readonly number[] | undefined {
  return text.includes(':') ? readIpv6(text) : readIpv4(text);
}

// A part with a leading zero is refused: some programs read it as octal.
function readIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const isValid = parts.length === ipv4Bytes && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part));
  const bytes = parts.map(Number);
  return isValid && bytes.every((byte) => byte <= 0xff) ? bytes : undefined;
}

/** RFC 4291 section 2.2: groups, one `::` for one or more groups of zeros, and an IPv4 address as the last two groups. */
function readIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  const known = groups.filter((group) => group !== undefined);
  if (known.length < halves.length) return undefined;
  const missing = ipv6Bytes - known.flat().length;
  if (halves.length === 1) return missing === 0 ? known.flat() : undefined;
  if (missing < 2) return undefined;
  return known.flatMap((bytes, index) => (index === 0 ? [...bytes, ...Array<number>(missing).fill(0)] : bytes));
}

function readGroups(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes = groups.map((group, index) => readGroup(group, isLast && index === groups.length - 1));
  return bytes.every((found) => found !== undefined) ? bytes.flat() : undefined;
}

function readGroup(group: string, mayBeIpv4: boolean): readonly number[] | undefined {
  if (mayBeIpv4 && group.includes('.')) return readIpv4(group);
  if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
