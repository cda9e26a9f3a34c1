import path from 'node:path';

import { customFetch, discovery, refreshTokenGrant } from 'openid-client';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { Secret } from '../../domain/core/secret.ts';
import { jwtExpiry } from '../../domain/kubeconfig/jwt-expiry.ts';
import type { AuthProviderEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { createAgents } from '../http/agents.ts';
import type { Environment } from './kubeconfig-files.ts';
import { oidcFetch } from './oidc-fetch.ts';
import { firstCause } from './oidc-provider.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../domain/core/json-object.ts';
import { whileLocked } from '../files/lock-file.ts';
import { rootAt } from '../files/place.ts';
import { readGiven } from '../files/read-text.ts';
import { writeFileAtomic } from '../files/write-file.ts';
import { yamlCodec } from '../yaml/yaml-codec.ts';

export interface OidcContext {
  readonly log: Log;
  readonly environment: Environment;
  /** PEM of the authority of the identity provider; undefined for the system's. */
  readonly authority: string | undefined;
}

export interface OidcLogin {
  readonly token: Secret;
  /** With the refresh token to use next. */
  readonly provider: AuthProviderEntry;
}

/** A token that expires sooner is refreshed, as in client-go. */
const expiryMargin = 10_000;

/**
 * The ID token of an `auth-provider: oidc`. One that has expired is refreshed, and the new tokens are written to the
 * kubeconfig, because some identity providers accept a refresh token only once.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#option-1-oidc-authenticator
 * @throws TaskError `unauthorized`
 */
export async function oidcLogin(provider: AuthProviderEntry, context: OidcContext): Promise<OidcLogin> {
  const { redactor } = context.log;
  const { 'id-token': idToken = '', 'refresh-token': refreshToken = '' } = provider.config;
  redactor.secret(refreshToken);
  redactor.secret(provider.config['client-secret'] ?? '');
  if ((jwtExpiry(idToken) ?? 0) > Date.now() + expiryMargin) return { token: redactor.secret(idToken), provider };
  const renewed = await refresh(provider, context);
  const tokens = { 'id-token': renewed.idToken, 'refresh-token': renewed.refreshToken ?? refreshToken };
  const token = redactor.secret(tokens['id-token']);
  redactor.secret(tokens['refresh-token']);
  await saveAuthProvider(provider, tokens).catch((error: unknown) => {
    context.log.warn(`the new login of user ${JSON.stringify(provider.user)} was not saved: ${messageOf(error)}`);
  });
  return { token, provider: { ...provider, config: { ...provider.config, ...tokens } } };
}

async function refresh({ user, config }: AuthProviderEntry, context: OidcContext) {
  const issuer = URL.parse(config['idp-issuer-url'] ?? '');
  const { 'client-id': clientId = '', 'client-secret': clientSecret, 'refresh-token': refreshToken = '' } = config;
  if (issuer === null || clientId === '' || refreshToken === '') throw loginNeeded(user, 'it cannot be refreshed');
  const pool = { rejectUnauthorized: true, ...(context.authority === undefined ? {} : { ca: context.authority }) };
  const agents = createAgents(context.environment, pool);
  try {
    const server = await discovery(issuer, clientId, clientSecret, undefined, { [customFetch]: oidcFetch(agents) });
    const answer = await refreshTokenGrant(server, refreshToken);
    if (answer.id_token === undefined) throw new Error('the answer has no id_token');
    return { idToken: answer.id_token, refreshToken: answer.refresh_token };
  } catch (error) {
    throw loginNeeded(user, `${issuer.origin} does not refresh it: ${messageOf(firstCause(error))}`, error);
  } finally {
    agents.destroy();
  }
}

function loginNeeded(user: string, why: string, cause?: unknown): TaskError {
  const message = `reading kubeconfig user ${JSON.stringify(user)}: its ID token has expired and ${why}`;
  const remedy = 'Log in at the identity provider again, for example with kubectl oidc-login.';
  return new TaskError('unauthorized', message, { remedy, cause });
}

/**
 * Writes fields of an auth provider to its kubeconfig, as client-go does after a login was refreshed.
 * @throws TaskError `invalid-file`, `io-broke`, `timeout`
 */
function saveAuthProvider({ file, user }: AuthProviderEntry, fields: JsonObject): Promise<void> {
  return whileLocked(file, async () => {
    const document = yamlCodec.parse((await readGiven(file, '')).toString('utf8'), file)[0];
    const users = arrayAt(document, 'users').map((entry) =>
      stringAt(entry, 'name') === user ? merge(entry, { user: { 'auth-provider': { config: fields } } }) : entry,
    );
    const place = { root: rootAt(path.dirname(file), 'within'), path: path.basename(file) };
    await writeFileAtomic(place, yamlCodec.format(merge(document, { users })));
  });
}

/** Mappings are merged, anything else is replaced. */
function merge(value: unknown, change: JsonObject): JsonObject {
  const changed = Object.entries(change).map(([key, part]): [string, unknown] => [
    key,
    isObject(part) ? merge(valueAt(value, key), part) : part,
  ]);
  return { ...(isObject(value) ? value : {}), ...Object.fromEntries(changed) };
}
