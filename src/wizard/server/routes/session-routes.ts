import { stringAt } from '../../../domain/core/json-object.ts';
import type { SessionAnswer } from '../../api/session.ts';
import type { Route, RouteAnswer } from '../http/route.ts';
import type { Login } from '../login/login.ts';
import { within } from '../problems/within.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Session } from '../sessions/session.ts';

/** Milliseconds that a cluster may take to answer who a user is. */
const loginTime = 10_000;

export function sessionRoutes(store: SessionStore, login: Login): readonly Route[] {
  const answerOf = (session: Session | undefined): SessionAnswer =>
    session === undefined
      ? { state: 'anonymous' }
      : {
          state: 'signed-in',
          user: session.user,
          expiresAt: new Date(session.endsAt).toISOString(),
          idleSeconds: store.idle / 1000,
        };
  return [
    {
      method: 'GET',
      path: '/session',
      access: 'public',
      rate: 'reads',
      handle: ({ session }) => Promise.resolve({ body: answerOf(session) }),
    },
    {
      method: 'POST',
      path: '/session',
      access: 'public',
      rate: 'login',
      handle: async ({ body, session: old, signal }): Promise<RouteAnswer> => {
        const given = { secret: stringAt(body, 'secret') ?? '', token: stringAt(body, 'token') ?? '' };
        const identity = await within(loginTime, signal, (limited) => login.enter(given, limited));
        // An id that was known before the login is worth nothing after it.
        if (old !== undefined) store.end(old.id);
        const session = store.begin(identity);
        return { body: answerOf(session), cookie: session, user: session.user };
      },
    },
    {
      method: 'DELETE',
      path: '/session',
      access: 'session',
      rate: 'writes',
      handle: ({ session }) => {
        store.end(session.id);
        return Promise.resolve({ cookie: 'ended' });
      },
    },
  ];
}
