import type { SecureContextOptions } from 'node:tls';

import { every } from '../../../adapters/clock/every.ts';
import { messageOf } from '../../../domain/core/errors.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { CertificatePair, ReadCertificate } from './read-certificate.ts';

export interface FollowedServer {
  setSecureContext(options: SecureContextOptions): void;
}

export interface FollowPorts {
  readonly read: ReadCertificate;
  readonly log: Log;
  /** Milliseconds between two looks. */
  readonly interval: number;
}

/**
 * Gives new connections the certificate that is there now. One that cannot be used changes nothing.
 * @returns how to stop it
 */
export function followCertificate(
  server: FollowedServer,
  first: CertificatePair,
  { read, log, interval }: FollowPorts,
): () => void {
  let current = first;
  let said = '';
  const look = async (): Promise<void> => {
    try {
      const found = await read();
      said = '';
      if (found.cert === current.cert && found.key === current.key) return;
      server.setSecureContext({ ...found });
      current = found;
      log.info('the certificate of the server was replaced');
    } catch (error) {
      const message = messageOf(error);
      if (message !== said) log.warn(`the former certificate of the server is kept: ${message}`);
      said = message;
    }
  };
  return every(interval, () => void look());
}
