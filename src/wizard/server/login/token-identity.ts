import { chooseContext } from '../../../adapters/kube/choose-context.ts';
import { connectClusterStream, connectWithSecret, type ConnectOptions } from '../../../adapters/kube/connect.ts';
import { authorityOf, type TokenSource } from '../../../adapters/kube/credentials.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { Secret } from '../../../domain/core/secret.ts';
import { isRefusal } from '../../../domain/kube/status-error.ts';
import { readUser } from '../clusters/read-user.ts';
import type { Identity } from '../sessions/session.ts';

export interface TokenPorts extends Pick<ConnectOptions, 'kubeconfig' | 'context' | 'environment'> {
  /** Of the session. */
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Gives the token that is valid now, where it is renewed. */
  readonly reload?: TokenSource;
}

/**
 * Who a token is for the cluster of the runs. Of the kubeconfig only the address and the authority are used.
 * @returns undefined when the cluster does not accept the token
 */
export async function identityOf(
  token: Secret,
  { log, signal, reload, ...options }: TokenPorts,
): Promise<Omit<Identity, 'endsAt'> | undefined> {
  const { selection } = await chooseContext(options);
  const ca = await authorityOf(selection);
  const { server, tlsServerName } = selection.cluster;
  const secret = { url: server, token, ca, insecureSkipTlsVerify: false, proxyUrl: undefined, tlsServerName };
  const name = selection.context.name;
  const connect = { name, environment: options.environment, log, ...(reload === undefined ? {} : { reload }) };
  const cluster = await connectWithSecret(secret, connect);
  const stop = (): void => void cluster.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const user = await readUser(cluster);
    if (user !== '' && user !== 'system:anonymous') {
      const openStream = () => connectClusterStream({ ...connect, secret });
      return { user, cluster, own: { server, ca: ca ?? '', context: name, openStream }, log };
    }
    await cluster.close();
    return undefined;
  } catch (error) {
    await cluster.close();
    if (isRefusal(error, 401)) return undefined;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
