import { randomBytes } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { LoginAttempt } from '../../../adapters/kube/oidc-provider.ts';
import { html } from '../../../domain/containerize/page/html-text.ts';
import { ownValue } from '../../../domain/core/json-object.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { OidcLogin } from '../login/oidc-login.ts';
import { Refusal } from '../problems/refusals.ts';
import { toProblem } from '../problems/to-problem.ts';
import { within } from '../problems/within.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { auditLine } from './audit.ts';
import { readSessionCookie, setSessionCookie } from './cookies.ts';
import { rateLimit } from './rates.ts';

export interface OidcPorts {
  readonly login: OidcLogin;
  readonly store: SessionStore;
  readonly settings: ServerSettings;
  readonly log: Log;
}

interface Pending {
  readonly attempt: LoginAttempt;
  readonly expiresAt: number;
  /** Path of the page to show afterwards. */
  readonly next: string;
}

/** Milliseconds in which a user must have signed in at the provider. */
const patience = 10 * 60_000;
const mostPending = 1000;
/** Milliseconds that the provider and the cluster may take. */
const loginTime = 20_000;
const loginCookie = '__Host-crane-login';

/**
 * The login at an identity provider: `GET /login` sends the browser there, and it comes back to `GET /login/callback`. A
 * login belongs to the browser that began it, by a cookie: another one cannot be signed in with it.
 */
export function registerOidc(app: FastifyInstance, ports: OidcPorts): void {
  const pending = new Map<string, Pending>();
  // The provider sends the browser back from another site: a strict cookie would not come with it.
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: true } as const;
  const config = { rateLimit: rateLimit('reads', ({ ip }) => ip) };
  app.get('/login', { config }, async (request, reply) => {
    try {
      const attempt = await within(loginTime, new AbortController().signal, () => ports.login.begin());
      const id = randomBytes(32).toString('base64url');
      keep(pending, id, { attempt, expiresAt: Date.now() + patience, next: nextOf(request) });
      return await reply
        .setCookie(loginCookie, id, { ...attributes, maxAge: patience / 1000 })
        .redirect(attempt.url.href, 303);
    } catch (error) {
      return sendFailure(error, { request, reply }, ports.log);
    }
  });
  app.get('/login/callback', { config }, async (request, reply) => {
    const id = ownValue(request.cookies, loginCookie) ?? '';
    const known = pending.get(id);
    pending.delete(id);
    void reply.clearCookie(loginCookie, attributes);
    try {
      if (known === undefined || known.expiresAt < Date.now()) throw unknownLogin();
      return await enter(known, { request, reply }, ports);
    } catch (error) {
      return sendFailure(error, { request, reply }, ports.log);
    }
  });
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function enter(
  { attempt, next }: Pending,
  { request, reply }: Exchange,
  ports: OidcPorts,
): Promise<FastifyReply> {
  const { login, store, settings, log } = ports;
  const current = new URL(request.url, settings.publicOrigin);
  const never = new AbortController().signal;
  const identity = await within(loginTime, never, (signal) => login.finish(current, attempt, signal));
  store.end(readSessionCookie(request, settings.mode));
  const session = store.begin(identity);
  setSessionCookie(reply, settings.mode, session);
  void reply.status(303);
  log.info(auditLine(request, reply, { session, answer: undefined }));
  return reply.redirect(next, 303);
}

function keep(pending: Map<string, Pending>, id: string, entry: Pending): void {
  const now = Date.now();
  for (const [key, { expiresAt }] of pending) if (expiresAt < now) pending.delete(key);
  // Entries are in the order of their time.
  for (const key of pending.keys()) {
    if (pending.size < mostPending) break;
    pending.delete(key);
  }
  pending.set(id, entry);
}

/** A path of this server alone: another one would make it a redirector. */
function nextOf({ url }: FastifyRequest): string {
  const next = new URL(url, 'https://server').searchParams.get('next') ?? '';
  return /^\/(?:[\w-]+\/)*[\w.-]*$/.test(next) ? next : '/';
}

function unknownLogin(): Refusal {
  return new Refusal(400, 'login-refused', {
    message: 'this browser did not begin this login, or more than 10 minutes ago',
    remedy: 'Sign in again.',
  });
}

const failureTexts = {
  en: { title: 'The login has failed', again: 'Sign in', request: 'Request' },
  de: { title: 'Die Anmeldung ist fehlgeschlagen', again: 'Anmelden', request: 'Anfrage' },
} as const;

/** The language that a browser prefers of those that there are. @param accepted `Accept-Language`, RFC 9110 12.5.4 */
function languageOf(accepted: string): keyof typeof failureTexts {
  const wanted = accepted.split(',').map((each) => {
    const [tag = '', ...params] = each.trim().toLowerCase().split(';');
    const weight = params.map((param) => /^\s*q=([\d.]+)$/.exec(param)?.[1]).find((text) => text !== undefined);
    return { language: tag.slice(0, 2), weight: Number(weight ?? 1) };
  });
  const [best] = wanted
    .filter(({ language, weight }) => Object.hasOwn(failureTexts, language) && weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return best?.language === 'de' ? 'de' : 'en';
}

/** The browser shows the answer itself. */
function sendFailure(error: unknown, { request, reply }: Exchange, log: Log): FastifyReply {
  const { status, detail, remedy, requestId } = toProblem(error, { requestId: request.id, redactor: log.redactor });
  log.warn(`request ${requestId}: ${detail}`);
  const language = languageOf(request.headers['accept-language'] ?? '');
  const { title, again, request: label } = failureTexts[language];
  // Messages of errors are English everywhere.
  const page = html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${title} - crane-tasks</title></head>
<body><main><h1>${title}</h1><p lang="en">${detail}</p><p lang="en">${remedy}</p><p><a href="/">${again}</a></p><p>${label} ${requestId}</p></main></body>
</html>
`;
  return reply.status(status).type('text/html; charset=utf-8').send(page.html);
}
