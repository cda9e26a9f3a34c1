import { createHash } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import type { Login } from '../login/login.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Session } from '../sessions/session.ts';
import type { ServerSettings } from '../settings.ts';
import { within } from '../problems/within.ts';
import { readSessionCookie } from './cookies.ts';
import { isFromTrustedProxy } from './guard.ts';

/** Milliseconds that a cluster may take to answer who somebody is. */
const loginTime = 10_000;

/**
 * The session of a request: that of its cookie, or in mode `proxy` that of the token which a trusted proxy adds. A token
 * from anybody else is ignored.
 */
export async function findSession(
  request: FastifyRequest,
  store: SessionStore,
  { settings, login }: { readonly settings: ServerSettings; readonly login: Login },
): Promise<Session | undefined> {
  if (settings.mode !== 'proxy') return store.use(readSessionCookie(request, settings.mode));
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined || !isFromTrustedProxy(request, settings)) return undefined;
  const id = createHash('sha256').update(token).digest('base64url');
  const known = store.use(id);
  if (known !== undefined) return known;
  const identity = await within(loginTime, new AbortController().signal, (signal) => login.enter({ token }, signal));
  return store.use(id) ?? store.begin(identity, id);
}
