import { parseChallenges, type AuthChallenge } from '../../domain/http/challenges.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';

/** How a registry wants to be logged in to (RFC 9110, 11.6.1; https://distribution.github.io/distribution/spec/auth/token/). */
export type Challenge =
  | {
      readonly scheme: 'none';
      /** Whether no registry answers so: a web page, or no such page. */
      readonly isForeign?: boolean;
    }
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: URL;
      readonly service: string;
      /** Scopes that the registry wants besides those of the request. */
      readonly wider: readonly string[];
    };

/**
 * Reads a WWW-Authenticate header: the first challenge that is understood, or the one after `last`, which was answered in
 * vain. Where several are understood, they are taken in turns.
 */
export function parseChallenge(
  header: string | undefined,
  registry: URL,
  last: Challenge = { scheme: 'none' },
): Challenge {
  if (header === undefined) return { scheme: 'none' };
  const named = parseChallenges(header).filter(({ scheme }) => scheme === 'basic' || scheme === 'bearer');
  const understood = named.flatMap((one) => readChallenge(one) ?? []);
  const next = understood.findIndex((one) => isSameChallenge(one, last)) + 1;
  const found = understood[next % understood.length];
  if (found !== undefined) return found;
  const why = named.length === 0 ? `it asks for ${JSON.stringify(header)}` : 'its challenge names no realm';
  throw new SyncFailure('refused', `logging in to ${registry.host}: ${why}`);
}

function readChallenge({ scheme, parameters }: AuthChallenge): Challenge | undefined {
  if (scheme === 'basic') return { scheme };
  const realm = URL.parse(parameters.get('realm') ?? '');
  if (realm === null) return undefined;
  return { scheme: 'bearer', realm, service: parameters.get('service') ?? '', wider: widerScopes(parameters) };
}

/**
 * What a token lacked (RFC 6750, 3.1), as skopeo asks for it too: a proxy can keep a repository under another name.
 * Nothing but to read repositories is asked for.
 */
function widerScopes(parameters: AuthChallenge['parameters']): readonly string[] {
  if (parameters.get('error') !== 'insufficient_scope') return [];
  const wanted = (parameters.get('scope') ?? '').split(/\s+/).map((one) => /^repository:(.+):([^:]+)$/.exec(one));
  return wanted.flatMap((one) =>
    one?.[2]?.split(',').includes('pull') === true ? `repository:${one[1] ?? ''}:pull` : [],
  );
}

/** Whether two challenges ask for the same login. */
export function isSameChallenge(one: Challenge, other: Challenge): boolean {
  if (one.scheme !== 'bearer' || other.scheme !== 'bearer') return one.scheme === other.scheme;
  const parts = [one, other].map(({ realm, service, wider }) => [realm.href, service, ...wider].join(' '));
  return parts[0] === parts[1];
}
