import { valueAt } from '../core/json-object.ts';

/** Milliseconds since 1970 of the claim `exp` (RFC 7519), if any. The API server checks the signature. */
export function jwtExpiry(token: string): number | undefined {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    const expiry = valueAt(JSON.parse(atob(payload)), 'exp');
    return typeof expiry === 'number' ? expiry * 1000 : undefined;
  } catch {
    return undefined;
  }
}
