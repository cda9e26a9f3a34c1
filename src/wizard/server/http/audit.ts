import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Session } from '../sessions/session.ts';
import type { RouteAnswer } from './route.ts';

/** Who did what, in one line for each write. Bodies are not part of it: they have tokens. */
export function auditLine(
  request: FastifyRequest,
  reply: FastifyReply,
  known: { readonly session: Session | undefined; readonly answer: RouteAnswer | undefined } | undefined,
): string {
  const line = {
    time: new Date().toISOString(),
    requestId: request.id,
    user: known?.session?.user ?? known?.answer?.user ?? '',
    address: request.ip,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    object: known?.answer?.object ?? '',
    status: reply.statusCode,
  };
  return `audit ${JSON.stringify(line)}`;
}
