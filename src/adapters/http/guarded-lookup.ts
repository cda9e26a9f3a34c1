import type { LookupFunction } from 'node:net';

import { refusedAddress } from '../../domain/http/refused-address.ts';
import { pinName } from '../sockets/pinned-lookup.ts';

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
  const { addresses, lookup } = await pinName(name);
  if (addresses.every((address) => reasonOf(address, false) === undefined)) return lookup;
  const own = await addressesOf(home);
  const isHere = own.some((address) => reasonOf(address, true) === undefined && reasonOf(address, false) !== undefined);
  for (const address of addresses.filter((each) => !own.includes(each))) {
    const why = reasonOf(address, isHere);
    if (why !== undefined) throw new AddressRefused(`${name} has the address ${address}, which is ${why}`);
  }
  return lookup;
}

function reasonOf(address: string, allowsLoopback: boolean): string | undefined {
  return refusedAddress(address, { allowsLoopback, allowsTranslated: true });
}

/** None for a server that only a proxy can resolve. */
async function addressesOf(home: string): Promise<readonly string[]> {
  try {
    return (await pinName(home)).addresses;
  } catch {
    return [];
  }
}
