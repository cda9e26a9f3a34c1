import { timingSafeEqual } from 'node:crypto';

import {
  accessOfContext,
  connectCluster,
  connectClusterStream,
  type ConnectOptions,
} from '../../../adapters/kube/connect.ts';
import { authorityOf } from '../../../adapters/kube/credentials.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { readUser } from '../clusters/read-user.ts';
import { Refusal } from '../problems/refusals.ts';
import type { Login } from './login.ts';
import { sessionLog } from './session-log.ts';

export interface LaptopOptions extends Omit<ConnectOptions, 'log' | 'signal'> {
  readonly log: Log;
  /** Of the link that opens the page. */
  readonly secret: string;
}

/** The user who started the program: the secret of the link works once, and the session acts as the kubeconfig says. */
export function laptopLogin({ secret, log, ...options }: LaptopOptions): Login {
  let isUsed = false;
  return {
    kinds: ['secret'],
    enter: async (request) => {
      if (isUsed || !isEqual(request.secret ?? '', secret)) throw refused();
      isUsed = true;
      const own = sessionLog(log);
      const connect = { ...options, log: own };
      const { selection } = await accessOfContext(connect);
      const cluster = await connectCluster(connect);
      return {
        // A cluster that does not answer now may later: the page says so.
        user: await readUser(cluster).catch(() => ''),
        cluster,
        own: {
          server: selection.cluster.server,
          ca: (await authorityOf(selection)) ?? '',
          context: selection.context.name,
          openStream: () => connectClusterStream(connect),
        },
        log: own,
        endsAt: undefined,
      };
    },
  };
}

function isEqual(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}

function refused(): Refusal {
  return new Refusal(401, 'login-refused', {
    message: 'the link is wrong, or was used before',
    remedy: 'Run `crane-tasks wizard` again and open the link that it prints.',
  });
}
