import { isObject } from '../../domain/core/json-object.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { Agents } from '../http/agents.ts';
import type { HttpRequest } from '../http/transport.ts';
import { exchangeOnce } from './exchange.ts';
import { encodeLogin, type Login, type Logins } from './logins.ts';
import { haveOneOwner } from './owner-of-host.ts';
import { isNamed } from '../../domain/http/redirect-target.ts';

export interface RegistryLogin {
  readonly scheme: Challenge['scheme'];
  /** Value of the Authorization header, or undefined for a registry that asks for none. */
  authorization(scope: Scope): Promise<string | undefined>;
  /** Drops tokens that were refused, and has the login behind them read again. */
  renew(): Promise<void>;
}

/** What a token is asked for. `*` is what servers without the action `delete` grant for a deletion. */
export type Actions = 'pull' | 'pull,push' | 'pull,*' | 'pull,delete';

export interface Scope {
  readonly repository: string;
  readonly actions: Actions;
  readonly from: string | undefined;
}

export interface RegistryLoginOptions {
  readonly redactor: Redactor;
  /** As it stands in image references; logins are kept by this name. */
  readonly host: string;
  readonly origin: URL;
  readonly agents: Agents;
  readonly logins: Logins;
  readonly signal: AbortSignal;
}

interface BearerToken {
  readonly token: Secret;
  /** Seconds. */
  readonly lifetime: number;
}

interface CachedToken {
  readonly asked: Promise<BearerToken>;
  expiresAt: number;
}

/** Milliseconds of use per second of lifetime: a token is replaced before it expires on its way. */
const usedShare = 900;

const largestToken = 1024 * 1024;
/** What a token server means by saying nothing (distribution token specification). */
const defaultLifetime = 60;
/** OpenShift's token endpoint hands the caller's own token back, whatever the scope. */
const openShiftRealm = '/openshift/token';

/** Answers the challenge that a registry gave; bearer tokens are fetched once per repository and kept until they expire. */
export function createRegistryLogin(challenge: Challenge, options: RegistryLoginOptions): RegistryLogin {
  const tokens = new Map<string, CachedToken>();

  async function bearer(realm: URL, service: string, scope: Scope): Promise<Secret> {
    const key = realm.pathname === openShiftRealm ? '' : scopesOf(scope).join(' ');
    const cached = tokens.get(key);
    if (cached !== undefined && cached.expiresAt > Date.now()) return (await cached.asked).token;
    const asked = fetchToken({ realm, service, scope }, options);
    const entry: CachedToken = { asked, expiresAt: Infinity };
    tokens.set(key, entry);
    try {
      const { token, lifetime } = await asked;
      entry.expiresAt = Date.now() + lifetime * usedShare;
      return token;
    } catch (error) {
      tokens.delete(key);
      throw error;
    }
  }

  return {
    scheme: challenge.scheme,
    async authorization(scope) {
      if (challenge.scheme === 'none') return undefined;
      if (challenge.scheme === 'bearer') {
        const token = await bearer(challenge.realm, challenge.service, scope);
        return `Bearer ${token.reveal()}`;
      }
      const login = await options.logins.find(options.host, scope.repository);
      return login?.identityToken === undefined ? login && `Basic ${encodeLogin(login)}` : undefined;
    },
    async renew() {
      tokens.clear();
      await options.logins.renew();
    },
  };
}

/**
 * Asks a registry how to log in, by its version endpoint.
 * @throws SyncFailure `realm-refused` when its answer would send credentials elsewhere
 */
export async function askChallenge(options: RegistryLoginOptions): Promise<Challenge> {
  const { origin, agents, signal, host, logins } = options;
  const url = new URL('/v2/', origin);
  const answer = await exchangeOnce({ method: 'GET', url, headers: {}, mostBytes: largestToken }, { agents, signal });
  if (answer.status !== 401) return { scheme: 'none' };
  const challenge = parseChallenge(answer.headers['www-authenticate'], origin);
  if (challenge.scheme === 'bearer') {
    assertRealmTrusted(challenge.realm, origin, (await logins.find(host, '')) !== undefined);
  }
  return challenge;
}

interface TokenRequest {
  readonly realm: URL;
  readonly service: string;
  readonly scope: Scope;
}

async function fetchToken(asked: TokenRequest, options: RegistryLoginOptions): Promise<BearerToken> {
  const { realm } = asked;
  const { repository } = asked.scope;
  const login = await options.logins.find(options.host, repository);
  assertRealmTrusted(realm, options.origin, login !== undefined);
  const { agents, signal } = options;
  const request =
    login?.identityToken === undefined ? askByLogin(asked, login) : askByToken(asked, login.identityToken);
  const answer = await exchangeOnce(request, { agents, signal }, !mayGetCredentials(realm, options.origin));
  const doing = `fetching a token for ${options.host}/${repository} from ${realm.origin}${realm.pathname}`;
  if (answer.status === 401 || answer.status === 403)
    throw new SyncFailure('unauthorized', `${doing}: ${String(answer.status)}`);
  if (answer.status === 429) throw new SyncFailure('rate-limited', `${doing}: 429`);
  if (answer.status >= 500) throw new SyncFailure('unavailable', `${doing}: ${String(answer.status)}`);
  const found = answer.status === 200 ? parseToken(answer.body, options.redactor) : undefined;
  if (found === undefined) throw new SyncFailure('refused', `${doing}: ${String(answer.status)} without a token`);
  return found;
}

function askByLogin({ realm, service, scope }: TokenRequest, login: Login | undefined): HttpRequest {
  const url = new URL(realm);
  if (service !== '') url.searchParams.set('service', service);
  for (const one of scopesOf(scope)) url.searchParams.append('scope', one);
  if (login !== undefined) url.searchParams.set('account', login.username);
  const headers: Record<string, string> = login === undefined ? {} : { authorization: `Basic ${encodeLogin(login)}` };
  return { method: 'GET', url, headers, mostBytes: largestToken };
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function askByToken({ realm, service, scope }: TokenRequest, identityToken: Secret): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service,
    client_id: 'crane-tasks',
    scope: scopesOf(scope).join(' '),
    refresh_token: identityToken.reveal(),
  });
  const body = new TextEncoder().encode(form.toString());
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) };
  return { method: 'POST', url: realm, headers, body, mostBytes: largestToken };
}

function scopesOf({ repository, actions, from }: Scope): readonly string[] {
  const own = `repository:${repository}:${actions}`;
  return from === undefined ? [own] : [own, `repository:${from}:pull`];
}

function parseToken(body: Uint8Array, redactor: Redactor): BearerToken | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  if (!isObject(parsed)) return undefined;
  const token = parsed['token'] ?? parsed['access_token'];
  const lifetime = parsed['expires_in'];
  if (typeof token !== 'string' || token === '') return undefined;
  return {
    token: redactor.secret(token),
    lifetime: typeof lifetime === 'number' && lifetime > 0 ? lifetime : defaultLifetime,
  };
}

/** How a registry wants to be logged in to (RFC 9110, 11.6.1; https://distribution.github.io/distribution/spec/auth/token/). */
export type Challenge =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: URL; readonly service: string };

/** Reads a WWW-Authenticate header: the first scheme that is understood. */
export function parseChallenge(header: string | undefined, registry: URL): Challenge {
  if (header === undefined) return { scheme: 'none' };
  const [, scheme = '', rest = ''] = /(?:^|,\s*)(Basic|Bearer)\s(.*)/i.exec(header) ?? [];
  if (scheme === '')
    throw new SyncFailure('refused', `logging in to ${registry.host}: it asks for ${JSON.stringify(header)}`);
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' };
  const found = [...rest.matchAll(/(?<!\w)(\w+)="([^"]*)"/g)];
  const fields = new Map(found.map(([, name = '', value = '']) => [name, value]));
  const realm = URL.parse(fields.get('realm') ?? '');
  if (realm === null) throw new SyncFailure('refused', `logging in to ${registry.host}: its challenge names no realm`);
  return { scheme: 'bearer', realm, service: fields.get('service') ?? '' };
}

/**
 * Refuses a realm that credentials must not go to. They go to the registry itself and, over TLS, to a sibling of it
 * (`auth.docker.io` for `registry-1.docker.io`). Without credentials any named host is asked, over TLS only.
 * @throws SyncFailure `realm-refused`
 */
export function assertRealmTrusted(realm: URL, registry: URL, hasLogin: boolean): void {
  if (mayGetCredentials(realm, registry)) return;
  if (!hasLogin && realm.protocol === 'https:' && isNamed(realm)) return;
  const why = `it sends logins to ${realm.origin}, which is neither the registry nor of its domain`;
  throw new SyncFailure('realm-refused', `logging in to ${registry.host}: ${why}`);
}

/** Whether a token server is the registry itself or, over TLS, a sibling of it. */
function mayGetCredentials(realm: URL, registry: URL): boolean {
  if (realm.origin === registry.origin) return true;
  if (realm.protocol !== 'https:') return false;
  return realm.hostname === registry.hostname || (isNamed(realm) && haveOneOwner(realm, registry));
}
