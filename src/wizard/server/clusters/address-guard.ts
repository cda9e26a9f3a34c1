import type { LookupFunction } from 'node:net';

import { pinName } from '../../../adapters/sockets/pinned-lookup.ts';
import { refusedAddress } from '../../../domain/http/refused-address.ts';
import { Refusal } from '../problems/refusals.ts';
import type { ServerSettings } from '../sessions/settings.ts';

export interface GuardedAddress {
  readonly url: URL;
  readonly lookup: LookupFunction;
}

/**
 * The address of an API server that a user gave, with the addresses of its name as they are now.
 * @throws Refusal `address-refused`; TaskError `unreachable` for a name without addresses
 */
export async function guardAddress(
  text: string,
  { mode, allowedClusters }: Pick<ServerSettings, 'mode' | 'allowedClusters'>,
): Promise<GuardedAddress> {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') throw refused(text, 'only https:// addresses are allowed');
  const { username, password, search, hash, hostname, port } = url;
  if (`${username}${password}${search}${hash}` !== '') throw refused(url.origin, 'it has more than a host and a path');
  const place = `${hostname}:${port === '' ? '443' : port}`;
  if (allowedClusters.length > 0 && !allowedClusters.includes(place) && !allowedClusters.includes(hostname)) {
    throw refused(url.origin, 'the operator of this server allows other clusters only');
  }
  const { addresses, lookup } = await pinName(hostname);
  const allowsLoopback = mode === 'laptop';
  for (const address of addresses) {
    const why = refusedAddress(address, { allowsLoopback });
    if (why !== undefined) throw refused(url.origin, `it leads to an address that is ${why}`);
  }
  return { url, lookup };
}

function refused(address: string, why: string): Refusal {
  return new Refusal(403, 'address-refused', {
    message: `the address ${JSON.stringify(address)} of a cluster is refused: ${why}`,
    remedy: 'Give the address of the API server, as `kubectl config view` shows it.',
  });
}
