// Codes of OpenSSL and Node: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const untrusted: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * What a failed TLS handshake means: `untrusted` when the certificate of the server is refused, `failed` when the two
 * sides do not agree in another way, for example because the server does not use TLS; undefined for all other errors.
 * @param code of a BrokenExchange
 */
export function classifyTlsError(code: string): 'untrusted' | 'failed' | undefined {
  if (untrusted.has(code)) return 'untrusted';
  return /CERT|EPROTO|ERR_SSL/.test(code) ? 'failed' : undefined;
}
