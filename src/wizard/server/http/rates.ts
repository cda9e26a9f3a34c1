import type { FastifyRequest } from 'fastify';
import type { RateLimitOptions } from '@fastify/rate-limit';

import { Refusal } from '../problems/refusals.ts';
import type { RateName } from './route.ts';

/** Requests in a minute: of an address for logins (behind a trusted proxy, the last one that it adds), of a session for all others. */
const perMinute: Readonly<Record<RateName, number>> = { login: 5, connections: 10, writes: 30, reads: 300 };

/** The limit of a route. Routes with the same name count together. */
export function rateLimit(name: RateName, keyOf: (request: FastifyRequest) => string): RateLimitOptions {
  return {
    groupId: name,
    max: perMinute[name],
    timeWindow: '1 minute',
    keyGenerator: (request) => `${name} ${name === 'login' ? request.ip : keyOf(request)}`,
    errorResponseBuilder: (_request, { after }) =>
      new Refusal(429, 'too-many-requests', {
        message: `more than ${String(perMinute[name])} requests of this kind in a minute`,
        remedy: `Try again in ${after}.`,
      }),
  };
}
