import { webcrypto } from 'node:crypto';

// The library's own parts find each other with it.
import 'reflect-metadata';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';

import type { Redactor } from '../../domain/core/secret.ts';
import type { TlsIdentity } from '../../domain/volumes/stunnel-config.ts';

const day = 24 * 60 * 60 * 1000;
/** Clocks of two clusters differ; a transfer of days must end within the certificate's life. */
const validity = { before: day, after: 30 * day };

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Makes a key and its self-signed certificate in memory. Import this late: its library is some hundred kilobytes. */
export async function makeIdentity(name: string, redactor: Redactor): Promise<TlsIdentity> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    notBefore: new Date(now - validity.before),
    notAfter: new Date(now + validity.after),
    keys,
    signingAlgorithm: algorithm,
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: redactor.secret(`${PemConverter.encode(key, 'PRIVATE KEY')}\n`),
  };
}
