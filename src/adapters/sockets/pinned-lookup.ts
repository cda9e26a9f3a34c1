import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

import { messageOf, TaskError } from '../../domain/core/errors.ts';

interface Resolved {
  readonly address: string;
  readonly family: number;
}

export interface PinnedName {
  readonly addresses: readonly string[];
  /** Gives these addresses whatever the name means later. */
  readonly lookup: LookupFunction;
}

/**
 * Resolves a name once: who answers for it cannot give another address after it was checked.
 * @param hostname as in a URL, an IPv6 address in brackets
 * @throws TaskError `unreachable` for a name without addresses
 */
export async function pinName(hostname: string): Promise<PinnedName> {
  const name = hostname.replace(/^\[|\]$/g, '');
  const found = isIP(name) === 0 ? await resolve(name) : [{ address: name, family: isIP(name) }];
  return { addresses: found.map(({ address }) => address), lookup: fixed(found) };
}

async function resolve(name: string): Promise<readonly Resolved[]> {
  try {
    return await lookup(name, { all: true });
  } catch (cause) {
    const remedy = 'Check the name of the server, and the DNS of the computer where this server runs.';
    throw new TaskError('unreachable', `resolving ${name}: ${messageOf(cause)}`, { remedy, cause });
  }
}

function fixed(found: readonly Resolved[]): LookupFunction {
  const [first] = found;
  return (_name, options, done) => {
    if (options.all === true) done(null, [...found]);
    else done(null, first?.address ?? '', first?.family ?? 0);
  };
}
