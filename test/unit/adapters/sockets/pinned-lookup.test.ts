import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { pinName } from '../../../../src/adapters/sockets/pinned-lookup.ts';
import { thrownBy } from '../../../builders/task-error.ts';

describe('a pinned name', () => {
  it('has the addresses that it had, by whatever name it is asked', async () => {
    const { addresses, lookup } = await pinName('localhost');
    expect(addresses.length).toBeGreaterThan(0);
    const ask = promisify(lookup) as (name: string, options: object) => Promise<unknown>;
    const all = (await ask('attacker.example', { all: true })) as { address: string }[];
    expect(all.map(({ address }) => address)).toEqual(addresses);
    expect(await ask('attacker.example', {})).toBe(addresses[0]);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['[2001:db8::1]', '2001:db8::1'],
  ])('of the address %s is that address', async (hostname, address) => {
    expect((await pinName(hostname)).addresses).toEqual([address]);
  });

  it('needs an address', async () => {
    expect(await thrownBy(() => pinName('does-not-exist.invalid'))).toMatchObject({ code: 'unreachable' });
  });
});
