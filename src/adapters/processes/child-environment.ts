import { ownValue } from '../../domain/core/json-object.ts';

// The places of authorities as programs of Go read them, and the proxies.
const common = [
  ...['LANG', 'TZ', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
];

/**
 * What a program of Go gets of the own environment: the variables of language, authorities and proxies, and those that are
 * named. The others may hold tokens.
 */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[] = [],
): Readonly<Record<string, string>> {
  const kept = [...common, ...names].flatMap((name): [string, string][] => {
    const value = ownValue(environment, name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(kept);
}
