import { valueAt } from '../core/json-object.ts';

/**
 * When a JSON Web Token expires, in milliseconds since 1970 (RFC 7519, claim `exp`); undefined when it does not say so.
 * The signature is not checked: the API server does that.
 */
export function jwtExpiry(token: string): number | undefined {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    const expiry = valueAt(JSON.parse(atob(payload)), 'exp');
    return typeof expiry === 'number' ? expiry * 1000 : undefined;
  } catch {
    return undefined;
  }
}
