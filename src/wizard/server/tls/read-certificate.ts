import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';

import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import type { Log } from '../../../domain/core/ports.ts';

/** PEM of the certificate, with those of its issuers, and of its key. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

export type ReadCertificate = () => Promise<CertificatePair>;

/** Milliseconds after which a certificate of our own is replaced: it is valid for twice as long. */
const ownLifetime = 15 * 24 * 3_600_000;

/**
 * Reads `tls.crt` and `tls.key` of a folder at each call, as a Secret of type kubernetes.io/tls is mounted.
 * @throws TaskError `invalid-file` when a file is missing, or the key is not that of the certificate
 */
export function certificateOf(folder: string): ReadCertificate {
  return async () => {
    const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
    try {
      const [cert, key] = await Promise.all([read('tls.crt'), read('tls.key')]);
      // A context may have no certificate, and no key.
      new X509Certificate(cert);
      createPrivateKey(key);
      createSecureContext({ cert, key });
      return { cert, key };
    } catch (cause) {
      const remedy = 'Give a folder with tls.crt and tls.key, as a Secret of type kubernetes.io/tls is mounted.';
      const message = `reading the certificate in ${folder}: ${messageOf(cause)}`;
      throw new TaskError('invalid-file', message, { remedy, cause });
    }
  };
}

/** As `certificateOf`, with a self-signed certificate for as long as the folder has none. Its fingerprint is in the log. */
export function certificateOrOwn(folder: string, log: Log): ReadCertificate {
  const given = certificateOf(folder);
  let own: CertificatePair | undefined;
  let madeAt = 0;
  return async () => {
    try {
      return await given();
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (own === undefined || Date.now() - madeAt > ownLifetime) {
        own = await makeOwn(folder, log);
        madeAt = Date.now();
      }
      return own;
    }
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof TaskError && stringAt(error.cause, 'code') === 'ENOENT';
}

async function makeOwn(folder: string, log: Log): Promise<CertificatePair> {
  // Some hundred kilobytes, which most servers do not need.
  const { makeIdentity } = await import('../../../adapters/certificates/make-identity.ts');
  const { certificate, key } = await makeIdentity('crane-tasks-wizard', log.redactor);
  const { fingerprint256 } = new X509Certificate(certificate);
  log.warn(`${folder} has no tls.crt: a self-signed certificate is used, SHA-256 fingerprint ${fingerprint256}`);
  return { cert: certificate, key: key.reveal() };
}
