import { goField } from '../../domain/core/go-field.ts';
import { isObject } from '../../domain/core/json-object.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import { parseRetryAfter } from '../../domain/http/retry.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { Agents } from '../http/agents.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { exchangeOnce } from './exchange.ts';
import { isWebPage } from './foreign-answer.ts';
import { isSameChallenge, parseChallenge, type Challenge } from './login-challenge.ts';
import type { Login } from './docker-config.ts';
import { encodeLogin, type Logins } from './logins.ts';
import { haveOneOwner } from './owner-of-host.ts';
import { isNamed } from '../../domain/http/redirect-target.ts';

export interface RegistryLogin {
  /** Of the repositories whose own challenge is not known. */
  readonly scheme: Challenge['scheme'];
  /** Whether the registry has asked for a login for this repository, and its challenge is trusted. */
  asksFor(repository: string): boolean;
  /** Value of the Authorization header, or undefined for a registry that asks for none. */
  authorization(scope: Scope): Promise<string | undefined>;
  /**
   * Takes over the challenge of a response 401: registries ask differently for their repositories than for their version.
   * @param header WWW-Authenticate
   * @returns whether it asks for another login than the request had
   * @throws SyncFailure `realm-refused` when it would send credentials elsewhere
   */
  learn(repository: string, header: string | undefined): Promise<boolean>;
  /** Value of the Authorization header with user and password, for other APIs of the same server; undefined without them. */
  basic(repository: string): Promise<string | undefined>;
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

/**
 * Answers the challenges of a registry; bearer tokens are fetched once per repository and kept until they expire.
 * @param first of the version endpoint; `none` counts until a repository asks
 */
export function createRegistryLogin(first: Challenge, options: RegistryLoginOptions): RegistryLogin {
  const tokens = openTokens(options);
  const learned = new Map<string, Challenge>();
  let usual = first;

  async function basic(repository: string): Promise<string | undefined> {
    const login = await options.logins.find(options.host, repository);
    return login?.identityToken === undefined ? login && `Basic ${encodeLogin(login)}` : undefined;
  }

  return {
    get scheme() {
      return usual.scheme;
    },
    asksFor: (repository) => (learned.get(repository) ?? usual).scheme !== 'none',
    async authorization(scope) {
      const challenge = learned.get(scope.repository) ?? usual;
      if (challenge.scheme === 'none') return undefined;
      if (challenge.scheme === 'bearer') {
        const { realm, service, wider } = challenge;
        const token = await tokens.get({ realm, service, scopes: [...scopesOf(scope), ...wider], scope });
        return `Bearer ${token.reveal()}`;
      }
      return basic(scope.repository);
    },
    basic,
    async learn(repository, header) {
      const last = learned.get(repository) ?? usual;
      const challenge = parseChallenge(header, options.origin, last);
      if (challenge.scheme === 'none' || isSameChallenge(challenge, last)) return false;
      await assertTrusted(challenge, repository, options);
      learned.set(repository, challenge);
      if (usual.scheme === 'none') usual = challenge;
      return true;
    },
    async renew() {
      tokens.clear();
      await options.logins.renew();
    },
  };
}

interface Tokens {
  get(asked: TokenRequest): Promise<Secret>;
  clear(): void;
}

function openTokens(options: RegistryLoginOptions): Tokens {
  const tokens = new Map<string, CachedToken>();
  return {
    async get(request) {
      const { realm, service, scopes } = request;
      const key = [realm.href, service, ...(realm.pathname === openShiftRealm ? [] : scopes)].join(' ');
      const cached = tokens.get(key);
      if (cached !== undefined && cached.expiresAt > Date.now()) return (await cached.asked).token;
      const asked = fetchToken(request, options);
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
    },
    clear: () => {
      tokens.clear();
    },
  };
}

/**
 * Asks a registry how to log in, by its version endpoint. Only a challenge says that a login is needed; a registry that
 * answers in another way may still ask for one at a repository.
 * @throws SyncFailure `realm-refused` when its answer would send credentials elsewhere, `rate-limited` and `unavailable`
 *   when it can give another answer a moment later
 */
export async function askChallenge(options: RegistryLoginOptions): Promise<Challenge> {
  const { origin, agents, signal } = options;
  const url = new URL('/v2/', origin);
  const answer = await exchangeOnce(
    { method: 'GET', url, headers: {}, mostBytes: largestToken },
    { agents, origin, signal },
  );
  const { status, headers } = answer;
  if (status === 429 || (status >= 500 && status !== 501)) throw failureForNow(answer, `GET ${url.href}`);
  if (status !== 401) return { scheme: 'none', isForeign: status >= 300 || isWebPage(answer) };
  const challenge = parseChallenge(headers['www-authenticate'], origin);
  await assertTrusted(challenge, '', options);
  return challenge;
}

/** What the server refuses at the moment; it may say for how long. */
function failureForNow({ status, headers }: HttpResponse, doing: string): SyncFailure {
  const kind = status === 429 ? 'rate-limited' : 'unavailable';
  const retryAfterMilliseconds = parseRetryAfter(headers['retry-after'], Date.now());
  return new SyncFailure(kind, `${doing}: ${String(status)}`, { retryAfterMilliseconds });
}

async function assertTrusted(challenge: Challenge, repository: string, options: RegistryLoginOptions): Promise<void> {
  if (challenge.scheme !== 'bearer') return;
  const { origin, host, logins } = options;
  assertRealmTrusted(challenge.realm, origin, (await logins.find(host, repository)) !== undefined);
}

interface TokenRequest {
  readonly realm: URL;
  readonly service: string;
  readonly scopes: readonly string[];
  /** The login is that of its repository. */
  readonly scope: Scope;
}

async function fetchToken(asked: TokenRequest, options: RegistryLoginOptions): Promise<BearerToken> {
  const { realm } = asked;
  const { repository } = asked.scope;
  const login = await options.logins.find(options.host, repository);
  assertRealmTrusted(realm, options.origin, login !== undefined);
  const { agents, origin, signal } = options;
  const request =
    login?.identityToken === undefined ? askByLogin(asked, login) : askByToken(asked, login.identityToken);
  const answer = await exchangeOnce(request, { agents, origin, signal }, !mayGetCredentials(realm, origin));
  const doing = `fetching a token for ${options.host}/${repository} from ${realm.origin}${realm.pathname}`;
  if (answer.status === 401 || answer.status === 403)
    throw new SyncFailure('unauthorized', `${doing}: ${String(answer.status)}`);
  if (answer.status === 429 || answer.status >= 500) throw failureForNow(answer, doing);
  const found = answer.status === 200 ? parseToken(answer.body, options.redactor) : undefined;
  if (found === undefined) throw new SyncFailure('refused', `${doing}: ${String(answer.status)} without a token`);
  return found;
}

function askByLogin({ realm, service, scopes }: TokenRequest, login: Login | undefined): HttpRequest {
  const url = new URL(realm);
  if (service !== '') url.searchParams.set('service', service);
  for (const one of scopes) url.searchParams.append('scope', one);
  if (login !== undefined) url.searchParams.set('account', login.username);
  const headers: Record<string, string> = login === undefined ? {} : { authorization: `Basic ${encodeLogin(login)}` };
  return { method: 'GET', url, headers, mostBytes: largestToken };
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function askByToken({ realm, service, scopes }: TokenRequest, identityToken: Secret): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service,
    client_id: 'crane-tasks',
    scope: scopes.join(' '),
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
  // Either name counts, and Go writes an empty text for the other one.
  const token = [goField(parsed, 'token'), goField(parsed, 'access_token')].find(
    (one) => typeof one === 'string' && one !== '',
  );
  const lifetime = goField(parsed, 'expires_in');
  if (typeof token !== 'string') return undefined;
  return {
    token: redactor.secret(token),
    lifetime: typeof lifetime === 'number' && lifetime > 0 ? lifetime : defaultLifetime,
  };
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
