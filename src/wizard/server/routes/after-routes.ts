import type { Route } from '../http/route.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { changeRoutes } from './change-routes.ts';
import { credentialRoutes } from './credential-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { startRoutes } from './start-routes.ts';
import { takeBackRoutes } from './take-back-routes.ts';

/** What can be done with a migration once it is created. */
export function afterRoutes(settings: ServerSettings): readonly Route[] {
  const others = [startRoutes, takeBackRoutes, credentialRoutes, reportRoutes];
  return [...changeRoutes(settings), ...others.flatMap((routes) => routes(settings.namespace))];
}
