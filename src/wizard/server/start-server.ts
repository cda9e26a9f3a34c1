import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { AppContext } from './http/app-context.ts';
import { createApp, portOf } from './http/create-app.ts';
import { findSession } from './http/find-session.ts';
import type { Login } from './login/login.ts';
import type { OidcLogin } from './login/oidc-login.ts';
import { applicationRoutes } from './routes/application-routes.ts';
import { applicationRunRoutes } from './routes/application-run-routes.ts';
import { configRoutes, type ConfigPorts } from './routes/config-routes.ts';
import { connectionRoutes, type ConnectionPorts } from './routes/connection-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { withGroups } from './routes/group-routes.ts';
import { inventoryRoutes } from './routes/inventory-routes.ts';
import { migrationRoutes } from './routes/migration-routes.ts';
import { planRoutes } from './routes/plan-routes.ts';
import { rightsRoutes } from './routes/rights-routes.ts';
import { runRoutes } from './routes/run-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { SessionStore } from './sessions/session-store.ts';
import type { ServerSettings } from './sessions/settings.ts';
import { followCertificate, type FollowedServer } from './tls/follow-certificate.ts';
import type { ReadCertificate } from './tls/read-certificate.ts';

export interface ServerPorts {
  readonly settings: ServerSettings;
  readonly login: Login;
  /** The login at an identity provider; undefined: there is none. */
  readonly oidc: OidcLogin | undefined;
  readonly contexts: ConfigPorts['contexts'];
  readonly kubeconfig: ConnectionPorts['kubeconfig'];
  /** Reads the certificate again; undefined for plain HTTP. */
  readonly readCertificate: ReadCertificate | undefined;
  readonly log: Log;
  /** Stops the server. */
  readonly signal: AbortSignal;
}

export interface RunningServer {
  readonly port: number;
  /** Settles when the server has stopped. */
  readonly stopped: Promise<void>;
}

const sweepInterval = 60_000;
/** Milliseconds between two looks for a new certificate. A kubelet takes up to a minute to show a changed Secret. */
const certificateInterval = 10_000;

/** Starts the server of the wizard. @throws TaskError `io-broke` when its address cannot be used */
export async function startServer(ports: ServerPorts): Promise<RunningServer> {
  const { settings, login, oidc, log, signal } = ports;
  const store = new SessionStore(settings.limits, Date.now);
  const streams = { count: 0 };
  const context: AppContext = {
    settings,
    log,
    signal,
    oidc: oidc === undefined ? undefined : { login: oidc, store, settings, log },
    sessionOf: (request) => findSession(request, store, ports),
    routes: [
      ...sessionRoutes(store, login),
      ...configRoutes(ports),
      ...connectionRoutes(ports),
      ...inventoryRoutes(settings.namespace),
      ...planRoutes(settings),
      ...withGroups(migrationRoutes(settings), settings.namespace),
      ...applicationRoutes(settings.namespace),
      ...applicationRunRoutes(settings),
      ...runRoutes(settings.namespace, streams),
      ...eventRoutes(settings.namespace, streams),
      ...rightsRoutes(settings.namespace),
    ],
  };
  const app = await createApp(context);
  await app.listen({ host: settings.host, port: settings.port }).catch((cause: unknown) => {
    const place = `${settings.host}:${String(settings.port)}`;
    const remedy = 'Choose another port, or stop the program that uses it.';
    throw new TaskError('io-broke', `listening at ${place}: ${messageOf(cause)}`, { remedy, cause });
  });
  const sweeping = setInterval(() => store.sweep(), sweepInterval);
  const forget = keepCertificate(app.server, ports);
  const stop = async (): Promise<void> => {
    clearInterval(sweeping);
    forget();
    store.endAll();
    await app.close();
  };
  return { port: portOf(app), stopped: onceAborted(signal).then(stop) };
}

/** @param server of fastify, which names the type without TLS */
function keepCertificate(server: object, { settings, readCertificate: read, log }: ServerPorts): () => void {
  if (settings.tls === undefined || read === undefined) return () => undefined;
  return followCertificate(server as FollowedServer, settings.tls, { read, log, interval: certificateInterval });
}

function onceAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
