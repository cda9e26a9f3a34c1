import { Agent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { expect, it } from 'vitest';

import { createAgents } from '../../../../src/adapters/http/agents.ts';

const registry = new URL('https://registry.example/');

it('reads the authorities once for all connections of a pool', () => {
  const ca = getCACertificates('bundled').slice(0, 2);
  const optionsFor = (more: object) => {
    const agent = createAgents({}, { ca, rejectUnauthorized: true, ...more }).for(registry);
    if (!(agent instanceof Agent)) throw new Error('expected an agent for TLS');
    return agent.options;
  };
  const shared = optionsFor({});
  expect(shared).toMatchObject({ rejectUnauthorized: true });
  expect(shared.secureContext).toBeDefined();
  expect(shared.ca).toBeUndefined();
  // Each connection fails with a damaged key, and says why.
  expect(optionsFor({ cert: 'damaged', key: 'damaged' })).toMatchObject({ ca, cert: 'damaged', key: 'damaged' });
});

it('shows the client certificate to no foreign server', () => {
  const agents = createAgents({}, { cert: 'certificate', key: 'key' });
  const optionsFor = (isForeign: boolean) => {
    const agent = agents.for(registry, isForeign);
    if (!(agent instanceof Agent)) throw new Error('expected an agent for TLS');
    const { cert, key } = agent.options;
    return { cert, key };
  };
  expect(optionsFor(false)).toEqual({ cert: 'certificate', key: 'key' });
  expect(optionsFor(true)).toEqual({ cert: undefined, key: undefined });
  expect(optionsFor(false)).toEqual({ cert: 'certificate', key: 'key' });
});
