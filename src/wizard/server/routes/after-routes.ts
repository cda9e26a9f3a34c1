import type { Route } from '../http/route.ts';
import { changeRoutes } from './change-routes.ts';
import { credentialRoutes } from './credential-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { startRoutes } from './start-routes.ts';
import { takeBackRoutes } from './take-back-routes.ts';

/** What can be done with a migration once it is created. @param namespace of the runs */
export function afterRoutes(namespace: string): readonly Route[] {
  return [changeRoutes, startRoutes, takeBackRoutes, credentialRoutes, reportRoutes].flatMap((routes) =>
    routes(namespace),
  );
}
