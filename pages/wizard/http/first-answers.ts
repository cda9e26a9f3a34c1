import type { ConfigAnswer, SessionAnswer } from '../../../src/wizard/api/session.ts';
import { get, post } from './client.ts';

/** What the page needs before it shows anything. */
export interface FirstAnswers {
  readonly session: Promise<SessionAnswer>;
  /** For the state of the session. */
  readonly config: Promise<ConfigAnswer>;
  /** Why the secret of the link was refused; undefined: it was not. */
  readonly refusal: Promise<unknown>;
}

/** Exchanges the secret of the link for a session, where the address has one, and asks who is signed in. */
export function askFirst(): FirstAnswers {
  const secret = takeSecret();
  const login = secret === '' ? undefined : post<SessionAnswer>('/session', { secret });
  const refusal = Promise.resolve(login).then(
    () => undefined,
    (error: unknown) => error,
  );
  // A link that was used before is opened again in a browser that is signed in.
  const current = (): Promise<SessionAnswer> => get<SessionAnswer>('/session');
  const session = login === undefined ? current() : login.catch(current);
  // Both at once where no login changes what the second one says.
  const config = (login === undefined ? Promise.resolve() : refusal).then(() => get<ConfigAnswer>('/config'));
  // They are read once the page is loaded.
  for (const answer of [session, config]) answer.catch(() => undefined);
  return { session, config, refusal };
}

/** The secret of the link. It leaves the address, and so the history of the browser, at once. */
function takeSecret(): string {
  const secret = new URLSearchParams(location.hash.slice(1)).get('secret') ?? '';
  if (secret !== '') history.replaceState(undefined, '', location.pathname);
  return secret;
}
