import { once } from 'node:events';
import type { Agent as HttpAgent } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';

import { Agent, type Dispatcher } from 'undici';

export type { Dispatcher };

/** Lets fetch() of undici open its connections as a pool does, with the same trust and proxy. */
export function createDispatcher(pool: HttpAgent): Dispatcher {
  return new Agent({
    connect: ({ hostname, port, protocol }, callback) => {
      // A tunnel through a proxy is a Duplex by its type; undici uses no more of a socket than that.
      const connected = callback as (error: Error | null, socket: Duplex | null) => void;
      const secure = protocol === 'https:';
      const target = { host: hostname, port: Number(port === '' ? (secure ? 443 : 80) : port) };
      openSocket(pool, target, secure).then(
        (socket) => connected(null, socket),
        (error: unknown) => connected(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
  });
}

function openSocket(pool: HttpAgent, target: { host: string; port: number }, secure: boolean): Promise<Duplex> {
  // Node's types lack the options of a pool.
  const { options } = pool as HttpAgent & { readonly options: AgentOptions };
  return new Promise((resolve, reject) => {
    // A pool gives the socket at once, or to the function when it has to go through a proxy first.
    const socket = pool.createConnection({ ...options, ...target }, (error, created) => {
      if (error === null) resolve(created);
      else reject(error);
    });
    if (socket === null || socket === undefined) return;
    once(socket, secure ? 'secureConnect' : 'connect').then(() => resolve(socket), reject);
  });
}
