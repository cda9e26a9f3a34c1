import { chooseContext } from '../../../adapters/kube/choose-context.ts';
import { connectLogsWithSecret, connectWithSecret, type ConnectOptions } from '../../../adapters/kube/connect.ts';
import { authorityOf } from '../../../adapters/kube/credentials.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { jwtExpiry } from '../../../domain/kubeconfig/jwt-expiry.ts';
import { isRefusal } from '../../../domain/kube/status-error.ts';
import type { LoginKind } from '../../api/session.ts';
import { readUser } from '../clusters/read-user.ts';
import { Refusal } from '../problems/refusals.ts';
import type { Login } from './login.ts';
import { sessionLog } from './session-log.ts';

export interface TokenLoginOptions extends Omit<ConnectOptions, 'log' | 'signal'> {
  readonly log: Log;
  readonly kind: Extract<LoginKind, 'token' | 'proxy'>;
}

/**
 * Users with a token of the cluster where the server runs. Of the kubeconfig only the address and the authority are
 * used: the server has no rights of its own.
 */
export function tokenLogin({ log, kind, ...options }: TokenLoginOptions): Login {
  return {
    kinds: [kind],
    enter: async (request, signal) => {
      const text = request.token?.trim() ?? '';
      if (text === '') throw refused('no token is given');
      const { selection } = await chooseContext(options);
      const ca = await authorityOf(selection);
      const own = sessionLog(log);
      const token = own.redactor.secret(text);
      const { server, tlsServerName } = selection.cluster;
      const secret = { url: server, token, ca, insecureSkipTlsVerify: false, proxyUrl: undefined, tlsServerName };
      const connect = { name: selection.context.name, environment: options.environment, log: own };
      const cluster = await connectWithSecret(secret, connect);
      const stop = (): void => void cluster.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        const user = await readUser(cluster);
        if (user === '' || user === 'system:anonymous') throw refused('the cluster does not know the token');
        const openLogs = () => connectLogsWithSecret(secret, connect);
        const place = { server, ca: ca ?? '', context: selection.context.name, openLogs };
        return { user, cluster, own: place, log: own, endsAt: jwtExpiry(text) };
      } catch (error) {
        await cluster.close();
        throw isRefusal(error, 401) ? refused('the cluster does not accept the token') : error;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

function refused(message: string): Refusal {
  return new Refusal(401, 'login-refused', {
    message,
    remedy: 'Get a token with `kubectl create token` or `oc whoami -t`, and paste the whole of it.',
  });
}
