import type { LookupFunction } from 'node:net';

import { isLoopback, parseIpAddress } from '../../domain/http/ip-address.ts';
import { refusedAddress } from '../../domain/http/refused-address.ts';
import { pinName } from './pinned-lookup.ts';

/** The code of an error about a name whose address is refused. */
export const addressRefused = 'ERR_ADDRESS_REFUSED';

class AddressRefused extends Error {
  readonly code = addressRefused;
}

/**
 * Resolves the name of a server that another server named, right before the connection, which then uses these addresses.
 * Loopback, link-local and metadata addresses are refused: services there trust each client that can reach them. Those of
 * the other server itself are allowed.
 * @param home host of the server that names others
 */
export function guardedLookup(home: string): LookupFunction {
  return (name, options, done) => {
    checkedName(name, home).then(
      (lookup) => lookup(name, options, done),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}

async function checkedName(name: string, home: string): Promise<LookupFunction> {
  const [{ addresses, lookup }, own] = await Promise.all([
    pinName(name),
    // A server behind a proxy has no address here.
    pinName(home).catch(() => ({ addresses: [] })),
  ]);
  const isHere = own.addresses.some((address) => isLoopback(parseIpAddress(address) ?? []));
  for (const address of addresses.filter((each) => !own.addresses.includes(each))) {
    const why = refusedAddress(address, { allowsLoopback: isHere, allowsTranslated: true });
    if (why !== undefined) throw new AddressRefused(`${name} has the address ${address}, which is ${why}`);
  }
  return lookup;
}
