import type { FastifyRequest } from 'fastify';

import type { Log } from '../../../domain/core/ports.ts';
import type { Session } from '../sessions/session.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import type { OidcPorts } from './register-oidc.ts';
import type { Route } from './route.ts';

export interface AppContext {
  readonly settings: ServerSettings;
  readonly log: Log;
  /** The session of a request by cookie or proxy; undefined when there is none. */
  readonly sessionOf: (request: FastifyRequest) => Promise<Session | undefined>;
  readonly routes: readonly Route[];
  /** The login at an identity provider; undefined: there is none. */
  readonly oidc: OidcPorts | undefined;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}
