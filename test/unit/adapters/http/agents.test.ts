import { Agent } from 'node:https';
import { expect, it } from 'vitest';

import { createAgents } from '../../../../src/adapters/http/agents.ts';

it('shows the client certificate to no foreign server', () => {
  const agents = createAgents({}, { cert: 'certificate', key: 'key' });
  const optionsFor = (isForeign: boolean) => {
    const agent = agents.for(new URL('https://registry.example/'), isForeign);
    if (!(agent instanceof Agent)) throw new Error('expected an agent for TLS');
    const { cert, key } = agent.options;
    return { cert, key };
  };
  expect(optionsFor(false)).toEqual({ cert: 'certificate', key: 'key' });
  expect(optionsFor(true)).toEqual({ cert: undefined, key: undefined });
  expect(optionsFor(false)).toEqual({ cert: 'certificate', key: 'key' });
});
