import type { ServerCode } from '../../api/problem.ts';

/** What the server itself refuses, before a cluster is asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: ServerCode;
  readonly remedy: string;

  constructor(status: number, code: ServerCode, text: { readonly message: string; readonly remedy: string }) {
    super(text.message);
    this.status = status;
    this.code = code;
    this.remedy = text.remedy;
  }
}

export function notFound(what: string): Refusal {
  return new Refusal(404, 'not-found', {
    message: `${what} does not exist`,
    remedy: 'Reload the list: it may have been deleted, or the session may have ended.',
  });
}

export function loginRequired(): Refusal {
  return new Refusal(401, 'login-required', {
    message: 'no session, or it has ended',
    remedy: 'Sign in again.',
  });
}
