import type { ConnectOptions } from '../../../adapters/kube/connect.ts';
import type { LoginAttempt, OidcProvider, ProviderTokens } from '../../../adapters/kube/oidc-provider.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import { valueAt } from '../../../domain/core/json-object.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { Secret } from '../../../domain/core/secret.ts';
import { jwtClaims, jwtExpiry } from '../../../domain/kubeconfig/jwt-expiry.ts';
import { loginRequired, Refusal } from '../problems/refusals.ts';
import type { Identity } from '../sessions/session.ts';
import { sessionLog } from './session-log.ts';
import { identityOf } from './token-identity.ts';

export interface OidcLoginOptions extends Pick<ConnectOptions, 'kubeconfig' | 'context' | 'environment'> {
  readonly log: Log;
  readonly provider: OidcProvider;
}

/** Users of an identity provider whose ID tokens the cluster of the runs accepts. */
export interface OidcLogin {
  begin(): Promise<LoginAttempt>;
  /** @throws Refusal `login-refused`; TaskError of the provider or the cluster */
  finish(current: URL, attempt: LoginAttempt, signal: AbortSignal): Promise<Identity>;
}

/** Milliseconds before the end of an ID token in which it is renewed: a connection asks once a minute. */
const margin = 90_000;

export function oidcLogin({ log, provider, ...options }: OidcLoginOptions): OidcLogin {
  return {
    begin: () => provider.begin(),
    finish: async (current, attempt, signal) => {
      const own = sessionLog(log);
      const first = await provider.finish(current, attempt, own.redactor);
      const renewal = renewalOf(first, provider, own);
      const identity = await identityOf(first.idToken, { ...options, log: own, signal, reload: renewal.token });
      if (identity === undefined) throw notAccepted(first.idToken);
      // Without a refresh token the session ends with the token.
      const endsAt = first.refreshToken === undefined ? jwtExpiry(first.idToken.reveal()) : undefined;
      return { ...identity, endsAt, hasEnded: renewal.hasEnded };
    },
  };
}

/** Keeps an ID token valid for as long as the provider renews it. */
function renewalOf(first: ProviderTokens, provider: OidcProvider, log: Log) {
  let tokens = first;
  let running: Promise<Secret> | undefined;
  let hasEnded = false;
  const renew = async (refreshToken: Secret): Promise<Secret> => {
    try {
      const next = await provider.refresh(refreshToken, log.redactor);
      tokens = { ...next, refreshToken: next.refreshToken ?? refreshToken };
      return tokens.idToken;
    } catch (error) {
      // A provider that does not answer now may later: until then the calls of the user fail.
      if (!(error instanceof TaskError && error.code === 'unauthorized')) throw error;
      log.warn(`the session of a user ends: ${messageOf(error)}`);
      hasEnded = true;
      throw loginRequired();
    } finally {
      running = undefined;
    }
  };
  const token = (): Promise<Secret> => {
    const { idToken, refreshToken } = tokens;
    const expiry = jwtExpiry(idToken.reveal()) ?? 0;
    if (refreshToken === undefined || Date.now() < expiry - margin) return Promise.resolve(idToken);
    running ??= renew(refreshToken);
    return running;
  };
  return { token, hasEnded: () => hasEnded };
}

function notAccepted(token: Secret): Refusal {
  const claims = jwtClaims(token.reveal());
  const [issuer, audience] = [valueAt(claims, 'iss'), valueAt(claims, 'aud')].map((value) => JSON.stringify(value));
  return new Refusal(401, 'login-refused', {
    message: `the API server does not accept ID tokens of issuer ${issuer ?? ''} for client ${audience ?? ''}`,
    remedy:
      'Its authentication configuration must have the same issuer and this client as audience (--oidc-issuer-url, ' +
      '--oidc-client-id), and it must reach the issuer. Until then sign in with a token.',
  });
}
