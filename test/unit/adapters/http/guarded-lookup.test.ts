import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createAgents } from '../../../../src/adapters/http/agents.ts';
import { exchangeOnce } from '../../../../src/adapters/registry/exchange.ts';
import { guardedLookup } from '../../../../src/adapters/http/guarded-lookup.ts';

const elsewhere = '203.0.113.7';

function look(name: string, home: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    guardedLookup(home)(name, { all: true }, (error, found) => {
      if (error === null && Array.isArray(found)) resolve(found);
      else reject(error ?? new Error('expected all addresses'));
    });
  });
}

describe('the name of a server that another server names', () => {
  it.each(['localhost', '127.0.0.2', '169.254.169.254', 'fe80::1', '[::1]', '100.100.100.200', '0.0.0.0'])(
    'may not have the address of %s',
    async (name) => {
      await expect(look(name, elsewhere)).rejects.toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    },
  );

  it.each(['10.0.0.1', '192.168.1.1', '198.51.100.1', '64:ff9b::c633:6401'])('may have %s', async (name) => {
    expect(await look(name, elsewhere)).toEqual([{ address: name, family: name.includes(':') ? 6 : 4 }]);
  });

  it('may have addresses where the other server is itself, and no others of those', async () => {
    expect(await look('127.0.0.2', 'localhost')).toHaveLength(1);
    expect(await look('169.254.1.1', '169.254.1.1')).toHaveLength(1);
    await expect(look('169.254.169.254', 'localhost')).rejects.toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
  });

  it('is refused although the other server has no address here', async () => {
    await expect(look('localhost', 'behind..proxy')).rejects.toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
  });
});

describe('a service of this computer', () => {
  let requests = 0;
  const service = createServer((_request, response) => {
    requests += 1;
    response.end();
  });
  beforeAll(() => new Promise<void>((resolve) => service.listen(0, 'localhost', resolve)));
  afterAll(() => void service.close());
  const ask = (registry: string, environment = {}) => {
    const { port } = service.address() as AddressInfo;
    const url = new URL(`http://localhost:${String(port)}/token`);
    const context = { agents: createAgents(environment, {}), origin: new URL(registry) };
    return exchangeOnce(
      { method: 'GET', url, headers: {}, mostBytes: 10 },
      { ...context, signal: new AbortController().signal },
    );
  };

  it('gets no request because a registry elsewhere names it', async () => {
    await expect(ask(`https://${elsewhere}/`)).rejects.toMatchObject({ kind: 'address-refused' });
    expect(requests).toBe(0);
  });

  it('gets one where the registry is on this computer too', async () => {
    expect(await ask('https://127.0.0.1/')).toMatchObject({ status: 200 });
    expect(await ask('https://localhost/')).toMatchObject({ status: 200 });
    expect(requests).toBe(2);
  });
});
