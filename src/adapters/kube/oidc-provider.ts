import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type Configuration,
} from 'openid-client';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import { createAgents } from '../http/agents.ts';
import type { Environment } from './kubeconfig-files.ts';
import { oidcFetch } from './oidc-fetch.ts';

export interface ProviderSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Undefined for a public client. */
  readonly clientSecret: Secret | undefined;
  /** PEM of the authority of the provider; undefined: those of the system. */
  readonly authority: string | undefined;
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string;
  /** Separated by blanks, `openid` among them. */
  readonly scope: string;
  readonly environment: Environment;
}

/** What one login must come back with, and where it begins. */
export interface LoginAttempt {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
}

export interface ProviderTokens {
  readonly idToken: Secret;
  /** Undefined when the provider gives none. */
  readonly refreshToken: Secret | undefined;
}

/** An OpenID Connect provider, with the authorization code flow and PKCE. */
export interface OidcProvider {
  begin(): Promise<LoginAttempt>;
  /** @param current the address that the browser was sent back to, with its query */
  finish(current: URL, attempt: LoginAttempt, redactor: Redactor): Promise<ProviderTokens>;
  refresh(token: Secret, redactor: Redactor): Promise<ProviderTokens>;
  close(): void;
}

/**
 * Nothing is sent yet: the provider may start later than this program. All calls throw TaskError `unauthorized` when the
 * provider refuses, and `unreachable` when it does not answer.
 */
export function openOidcProvider(settings: ProviderSettings): OidcProvider {
  const { issuer, clientId, clientSecret, authority, redirectUri, scope, environment } = settings;
  const pool = { rejectUnauthorized: true, ...(authority === undefined ? {} : { ca: authority }) };
  const agents = createAgents(environment, pool);
  let found: Configuration | undefined;
  const discover = async (): Promise<Configuration> => {
    const options = { [customFetch]: oidcFetch(agents) };
    found ??= await discovery(issuer, clientId, clientSecret?.reveal(), undefined, options).catch(
      refuse('reading', issuer),
    );
    return found;
  };
  return {
    begin: async () => {
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const url = buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url, state, nonce, verifier };
    },
    finish: async (current, { state, nonce, verifier }, redactor) => {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const answer = await authorizationCodeGrant(await discover(), current, checks).catch(
        refuse('signing in at', issuer),
      );
      return tokensOf(answer, redactor);
    },
    refresh: async (token, redactor) => {
      const answer = await refreshTokenGrant(await discover(), token.reveal()).catch(refuse('renewing at', issuer));
      return tokensOf(answer, redactor);
    },
    close: () => agents.destroy(),
  };
}

interface Answer {
  readonly id_token?: string;
  readonly access_token: string;
  readonly refresh_token?: string;
}

function tokensOf(answer: Answer, redactor: Redactor): ProviderTokens {
  redactor.secret(answer.access_token);
  const { id_token: idToken, refresh_token: refresh } = answer;
  if (idToken === undefined) {
    throw new TaskError('unauthorized', 'signing in: the answer of the identity provider has no ID token', {
      remedy: 'Check that the scopes have openid.',
    });
  }
  return {
    idToken: redactor.secret(idToken),
    refreshToken: refresh === undefined ? undefined : redactor.secret(refresh),
  };
}

function refuse(doing: string, { origin }: URL): (error: unknown) => never {
  return (error) => {
    const cause = firstCause(error);
    const isAnswer = error instanceof Error && 'error' in error;
    const remedy = isAnswer
      ? 'Sign in again. If it is refused again, check the client and its redirect URI at the identity provider.'
      : 'Check the address, the certificate and the clock of the identity provider.';
    const message = `${doing} the identity provider ${origin}: ${messageOf(cause)}`;
    throw new TaskError(isAnswer ? 'unauthorized' : 'unreachable', message, { remedy, cause: error });
  };
}

/** The library does not name the cause where the connection broke. */
export function firstCause(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? firstCause(error.cause) : error;
}
