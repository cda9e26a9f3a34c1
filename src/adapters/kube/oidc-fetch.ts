import type { CustomFetch } from 'openid-client';

import type { Agents } from '../http/agents.ts';
import { exchange } from '../http/transport.ts';

const silence = 30_000;
const mostBytes = 1024 * 1024;

/** Requests to an identity provider over our own connections: with the proxies and the authority of the agents. */
export function oidcFetch(agents: Agents): CustomFetch {
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    const form = body instanceof URLSearchParams ? body.toString() : undefined;
    const sent = { method, url, headers, body: form, mostBytes };
    const answer = await exchange(sent, { agent: agents.for(url), signal: undefined, silence });
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
  };
}
