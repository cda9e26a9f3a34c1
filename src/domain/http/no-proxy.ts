import {
  isInRange,
  isLoopback,
  isSameAddress,
  parseIpAddress,
  parseIpRange,
  type IpAddress,
  type IpRange,
} from './ip-address.ts';

export interface ProxyTarget {
  /** In lower case, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: string;
}

/** One entry of NO_PROXY. An empty `port` stands for all ports. */
export type NoProxyEntry =
  | { readonly kind: 'all' }
  | { readonly kind: 'range'; readonly range: IpRange }
  | { readonly kind: 'address'; readonly address: IpAddress; readonly port: string }
  | {
      readonly kind: 'domain';
      /** With a leading dot. */
      readonly suffix: string;
      /** The domain itself matches too, not only its subdomains. */
      readonly withItself: boolean;
      readonly port: string;
    };

/**
 * Reads NO_PROXY as Go's programs, kubectl and skopeo among them, read it: addresses, CIDR ranges, domains, each
 * address and domain also with a port, and `*`. Entries that are none of these are ignored, as there.
 * Rules: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function parseNoProxy(text: string): readonly NoProxyEntry[] {
  return text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .flatMap((entry) => parseEntry(entry) ?? []);
}

/** Whether requests to a target go to it directly. Go never uses a proxy for the own computer. */
export function isDirect({ host, port }: ProxyTarget, entries: readonly NoProxyEntry[]): boolean {
  const address = parseIpAddress(host.includes(':') ? withoutZone(host) : host);
  if (host === 'localhost' || (address !== undefined && isLoopback(address))) return true;
  return entries.some((entry) => matches(entry, { host, port }, address));
}

/** The zone of a scoped IPv6 address is not part of the address. */
function withoutZone(host: string): string {
  const zone = host.indexOf('%');
  return zone === -1 ? host : host.slice(0, zone);
}

function matches(entry: NoProxyEntry, { host, port }: ProxyTarget, address: IpAddress | undefined): boolean {
  switch (entry.kind) {
    case 'all':
      return true;
    case 'range':
      return address !== undefined && isInRange(address, entry.range);
    case 'address':
      return address !== undefined && isSameAddress(address, entry.address) && isPort(entry.port, port);
    case 'domain': {
      const isIn = host.endsWith(entry.suffix) || (entry.withItself && `.${host}` === entry.suffix);
      return address === undefined && isIn && isPort(entry.port, port);
    }
  }
}

function isPort(wanted: string, port: string): boolean {
  return wanted === '' || wanted === port;
}

function parseEntry(entry: string): NoProxyEntry | undefined {
  if (entry === '*') return { kind: 'all' };
  const range = parseIpRange(entry);
  if (range !== undefined) return { kind: 'range', range };
  const { host, port } = splitPort(entry);
  if (host === '') return undefined;
  const address = parseIpAddress(host);
  if (address !== undefined) return { kind: 'address', address, port };
  const name = host.replace(/^\*?\./, '');
  return { kind: 'domain', suffix: `.${toAscii(name)}`, withItself: name === host, port };
}

/** An IPv6 address has a port only when it is in brackets. */
function splitPort(entry: string): ProxyTarget {
  const found = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(entry);
  if (found === null) return { host: entry, port: '' };
  const [, inBrackets, plain = '', port = ''] = found;
  return { host: inBrackets ?? plain, port };
}

/** Requests name international domains in their ASCII form (RFC 5891). */
function toAscii(name: string): string {
  if (/^[\0-\x7f]*$/.test(name)) return name;
  return URL.parse(`http://${name}`)?.hostname ?? name;
}
