import { isInRange, isLoopback, parseIpAddress, parseIpRange, type IpAddress, type IpRange } from './ip-address.ts';

interface RefusedRange {
  readonly range: IpRange | undefined;
  readonly what: string;
}

const translated = 'translated to IPv4';

/** Addresses where no API server is, but services that trust each client that can reach them. */
const refused: readonly RefusedRange[] = [
  // Metadata services of clouds that are not in the link-local ranges.
  ...['100.100.100.200/32', '192.0.0.192/32', 'fd00:ec2::254/128'].map((text) => named(text, 'a metadata service')),
  ...['169.254.0.0/16', 'fe80::/10'].map((text) => named(text, 'link-local')),
  ...['0.0.0.0/8', '::/128'].map((text) => named(text, 'unspecified')),
  ...['224.0.0.0/4', 'ff00::/8', '255.255.255.255/32'].map((text) => named(text, 'multicast or broadcast')),
  // Translated into an IPv4 address on its way: RFC 6052, RFC 3056, RFC 4380, and the compatible form of RFC 4291.
  ...['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32'].map((text) => named(text, translated)),
];

function named(text: string, what: string): RefusedRange {
  return { range: parseIpRange(text), what };
}

export interface AllowedAddresses {
  readonly allowsLoopback: boolean;
  /** Names have translated addresses wherever a network has IPv6 only. */
  readonly allowsTranslated?: boolean;
}

/**
 * Why a program must not connect to an address that a user or a server gave; undefined when it may.
 * @param text an IP address without brackets
 */
export function refusedAddress(
  text: string,
  { allowsLoopback, allowsTranslated = false }: AllowedAddresses,
): string | undefined {
  // A zone names an interface: only link-local addresses have one.
  if (text.includes('%')) return 'link-local';
  const address = parseIpAddress(text);
  if (address === undefined) return 'no IP address';
  if (isLoopback(address)) return allowsLoopback ? undefined : 'loopback';
  const found = refused.find(({ range }) => range !== undefined && isInRange(address, range))?.what;
  const what = found ?? compatible(address);
  return what === translated && allowsTranslated ? undefined : what;
}

/** `::127.0.0.1`: an address of the first 96 bits zero that is neither `::` nor `::1`. */
function compatible(address: IpAddress): string | undefined {
  const isCompatible = address.length === 16 && address.slice(0, 12).every((byte) => byte === 0);
  return isCompatible ? translated : undefined;
}
