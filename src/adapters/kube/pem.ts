import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

import { TaskError } from '../../domain/core/errors.ts';
import type { ClientCertificate } from '../http/agents.ts';

// As Go's encoding/base64: line ends are skipped, everything else counts.
const base64 = /^[A-Za-z\d+/]*={0,2}$/;

/**
 * The text of a field with base64. Node skips what is not base64, so that a field with PEM itself would become noise.
 * @param what for the message, such as `certificate-authority-data of cluster "x"`
 * @throws TaskError `kubeconfig-unreadable`
 */
export function decodeField(data: string, what: string): string {
  const text = data.replaceAll(/[\r\n]/g, '');
  if (base64.test(text) && text.length % 4 === 0) return Buffer.from(text, 'base64').toString('utf8');
  throw unusable(what, data.includes('-----BEGIN') ? 'it is PEM, expected the base64 of PEM' : 'it is not base64');
}

/** Why an authority cannot be used; undefined when it can. Quotes nothing of it. */
export function faultOfAuthority(pem: string): string | undefined {
  if (isCertificate(pem)) return undefined;
  const isTwice = isCertificate(Buffer.from(pem, 'base64').toString('utf8'));
  return isTwice ? 'it is encoded as base64 twice' : 'it has no PEM certificate';
}

/** @throws TaskError `kubeconfig-unreadable` for a text without a certificate that can be read */
export function assertAuthority(pem: string, what: string): void {
  const fault = faultOfAuthority(pem);
  if (fault !== undefined) throw unusable(what, fault);
}

function isCertificate(pem: string): boolean {
  const start = pem.indexOf('-----BEGIN CERTIFICATE-----');
  if (start === -1) return false;
  try {
    new X509Certificate(pem.slice(start));
    return true;
  } catch {
    return false;
  }
}

/** Why a certificate and its key cannot be used together; undefined when they can. Quotes nothing of them. */
export function faultOfPair(pair: ClientCertificate): string | undefined {
  try {
    createSecureContext(pair);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'the key is not that of the certificate';
    return code.includes('PASS') || code.includes('INTERRUPTED')
      ? 'the key is encrypted'
      : 'certificate or key is not valid PEM';
  }
}

export function unusable(what: string, why: string): TaskError {
  return new TaskError('kubeconfig-unreadable', `reading ${what}: ${why}`, {
    remedy: 'Correct it in the kubeconfig, or in the Secret that the kubeconfig was generated from.',
  });
}
