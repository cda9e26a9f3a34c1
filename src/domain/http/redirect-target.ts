import { parseIpAddress } from './ip-address.ts';

/**
 * Whether a server may send a program to this address. Another origin must have TLS and a name: the server could otherwise
 * have us ask services that only this computer reaches.
 */
export function mayLeadTo(url: URL, from: URL): boolean {
  return url.origin === from.origin || (url.protocol === 'https:' && isNamed(url));
}

/** Whether the host is a name with a domain: neither an address nor a name that only this network knows. */
export function isNamed({ hostname }: URL): boolean {
  return parseIpAddress(hostname.replaceAll(/[[\]]/g, '')) === undefined && hostname.includes('.');
}
