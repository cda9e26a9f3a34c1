import { SyncFailure } from '../../domain/oci/failure.ts';
import { isNamed } from '../http/redirects.ts';

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
  const fields = new Map(
    [...rest.matchAll(/(?<!\w)(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
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
  throw new SyncFailure(
    'realm-refused',
    `logging in to ${registry.host}: it sends logins to ${realm.origin}, which is neither the registry nor of its domain`,
  );
}

/** Whether a token server is the registry itself or, over TLS, a sibling of it. */
export function mayGetCredentials(realm: URL, registry: URL): boolean {
  if (realm.origin === registry.origin) return true;
  if (realm.protocol !== 'https:') return false;
  return realm.hostname === registry.hostname || (isNamed(realm) && domainOf(realm) === domainOf(registry));
}

function domainOf(url: URL): string {
  return url.hostname.split('.').slice(-2).join('.');
}
