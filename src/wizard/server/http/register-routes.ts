import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { loginRequired } from '../problems/refusals.ts';
import type { Session } from '../sessions/session.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import type { AppContext } from './app-context.ts';
import { auditLine } from './audit.ts';
import { clearSessionCookie, setSessionCookie } from './cookies.ts';
import { dropIdleReader } from './drop-idle-reader.ts';
import { rateLimit } from './rates.ts';
import type { PublicRequest, Route, RouteAnswer } from './route.ts';

/** What the hooks of a request find out for its handler and its audit line. */
interface Known {
  session: Session | undefined;
  answer: RouteAnswer | undefined;
}

const base = '/api/v1';

/** Registers routes with their session, limit and audit line. */
export function registerRoutes(app: FastifyInstance, context: AppContext): void {
  const known = new WeakMap<FastifyRequest, Known>();
  const keyOf = (request: FastifyRequest): string => known.get(request)?.session?.id ?? request.ip;
  for (const route of context.routes) {
    app.route({
      method: route.method,
      url: `${base}${route.path}`,
      config: { rateLimit: rateLimit(route.rate, keyOf) },
      onRequest: async (request) => {
        const session = await context.sessionOf(request);
        known.set(request, { session, answer: undefined });
        if (session === undefined && route.access === 'session') throw loginRequired();
      },
      handler: async (request, reply) => {
        const state = known.get(request) ?? { session: undefined, answer: undefined };
        state.answer = await handle(route, requestOf(request, reply, { ...state, stop: context.signal }));
        return send(state.answer, reply, context.settings);
      },
      onResponse: (request, reply, done) => {
        if (route.method !== 'GET') context.log.info(auditLine(request, reply, known.get(request)));
        done();
      },
    });
  }
}

function handle(route: Route, request: PublicRequest): Promise<RouteAnswer> {
  if (route.access === 'public') return route.handle(request);
  const { session } = request;
  if (session === undefined) throw loginRequired();
  return route.handle({ ...request, session });
}

function requestOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { session, stop }: { readonly session: Session | undefined; readonly stop: AbortSignal },
): PublicRequest {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the client is gone')));
  const signals = [gone.signal, stop, session?.signal].filter((each) => each !== undefined);
  return {
    session,
    requestId: request.id,
    params: textsOf(request.params),
    query: textsOf(request.query),
    body: request.body,
    idempotencyKey: headerOf(request, 'idempotency-key'),
    lastEventId: headerOf(request, 'last-event-id'),
    signal: AbortSignal.any(signals),
  };
}

/** A parameter that is given twice has no value: it is ambiguous. */
function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function headerOf({ headers }: FastifyRequest, name: 'idempotency-key' | 'last-event-id'): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function send(answer: RouteAnswer, reply: FastifyReply, { mode }: ServerSettings): FastifyReply {
  const { status, body, stream, cookie } = answer;
  if (cookie === 'ended') clearSessionCookie(reply, mode);
  else if (cookie !== undefined) setSessionCookie(reply, mode, cookie);
  if (stream !== undefined) {
    const { contentType, fileName, source } = stream;
    if (fileName !== undefined) reply.header('content-disposition', `attachment; filename="${fileName}"`);
    return reply
      .status(200)
      .type(contentType)
      .send(
        Readable.from(
          dropIdleReader(source, () => reply.raw.destroy()),
          { objectMode: false, highWaterMark: 64 * 1024 },
        ),
      );
  }
  if (body === undefined) return reply.status(status ?? 204).send();
  return reply.status(status ?? 200).send(body);
}
