import type { ConnectOptions } from '../../../adapters/kube/connect.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { jwtExpiry } from '../../../domain/kubeconfig/jwt-expiry.ts';
import type { LoginKind } from '../../api/session.ts';
import { Refusal } from '../problems/refusals.ts';
import type { Login } from './login.ts';
import { sessionLog } from './session-log.ts';
import { identityOf } from './token-identity.ts';

export interface TokenLoginOptions extends Omit<ConnectOptions, 'log' | 'signal'> {
  readonly log: Log;
  readonly kinds: readonly LoginKind[];
}

/** Users with a token of the cluster where the server runs: the server has no rights of its own. */
export function tokenLogin({ log, kinds, ...options }: TokenLoginOptions): Login {
  return {
    kinds,
    enter: async (request, signal) => {
      const text = request.token?.trim() ?? '';
      if (text === '') throw refused('no token is given');
      const own = sessionLog(log);
      const identity = await identityOf(own.redactor.secret(text), { ...options, log: own, signal });
      if (identity === undefined) throw refused('the cluster does not accept the token');
      return { ...identity, endsAt: jwtExpiry(text) };
    },
  };
}

function refused(message: string): Refusal {
  return new Refusal(401, 'login-refused', {
    message,
    remedy: 'Get a token with `kubectl create token` or `oc whoami -t`, and paste the whole of it.',
  });
}
