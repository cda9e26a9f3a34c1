import { isInRange, isLoopback, parseIpAddress, type IpRange } from '../http/ip-address.ts';

/** RFC 1918. */
const privateRanges: readonly IpRange[] = [
  { address: [10, 0, 0, 0], prefix: 8 },
  { address: [172, 16, 0, 0], prefix: 12 },
  { address: [192, 168, 0, 0], prefix: 16 },
];

/**
 * Whether the lifecycle also tries plain HTTP for a registry that is not in its list of insecure ones.
 * @param host `host` or `host:port`
 */
export function isPlainRegistry(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const address = parseIpAddress(name);
  return address !== undefined && (isLoopback(address) || privateRanges.some((range) => isInRange(address, range)));
}
