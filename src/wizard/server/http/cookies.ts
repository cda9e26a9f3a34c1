import type { FastifyReply, FastifyRequest } from 'fastify';

import { ownValue } from '../../../domain/core/json-object.ts';
import type { WizardMode } from '../../api/session.ts';

/** Browsers let a `__Host-` cookie be set over HTTPS by the host itself only; on loopback there is no HTTPS. */
function cookieName(mode: WizardMode): string {
  return mode === 'laptop' ? 'crane' : '__Host-crane';
}

function attributes(mode: WizardMode) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: mode !== 'laptop' } as const;
}

export function readSessionCookie(request: FastifyRequest, mode: WizardMode): string {
  return ownValue(request.cookies, cookieName(mode)) ?? '';
}

/** @param endsAt milliseconds since 1970 */
export function setSessionCookie(
  reply: FastifyReply,
  mode: WizardMode,
  { id, endsAt }: { id: string; endsAt: number },
) {
  void reply.setCookie(cookieName(mode), id, { ...attributes(mode), expires: new Date(endsAt) });
}

export function clearSessionCookie(reply: FastifyReply, mode: WizardMode): void {
  void reply.clearCookie(cookieName(mode), attributes(mode));
}
