import { valueAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';

/** The claims of a JSON Web Token (RFC 7519); undefined for any other text. The signature is not checked. */
export function jwtClaims(token: string): unknown {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return parseJson(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Milliseconds since 1970 of the claim `exp`, if any. The API server checks the signature. */
export function jwtExpiry(token: string): number | undefined {
  const expiry = valueAt(jwtClaims(token), 'exp');
  return typeof expiry === 'number' ? expiry * 1000 : undefined;
}
