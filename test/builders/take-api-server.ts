import { inject } from 'vitest';

import type { ApiServer } from '../../testbed/clusters/api-server.ts';

/** An API server that belongs to the run of the tests. */
export interface TakenApiServer extends Omit<ApiServer, 'stop'> {
  giveBack(): Promise<void>;
}

/** What `lend-api-servers.ts` answers. */
export type LentApiServer = Omit<ApiServer, 'stop'>;

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of `lend-api-servers.ts`. */
    readonly apiServers: string;
  }
}

/** Takes an API server for a file of tests; only for the project `integration`. */
export async function takeApiServer(): Promise<TakenApiServer> {
  const lender = inject('apiServers');
  const server = JSON.parse(await post(`${lender}/take`)) as LentApiServer;
  return {
    ...server,
    giveBack: async () => {
      await post(`${lender}/give-back`, server.url);
    },
  };
}

async function post(url: string, body = ''): Promise<string> {
  const response = await fetch(url, { method: 'POST', body });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
