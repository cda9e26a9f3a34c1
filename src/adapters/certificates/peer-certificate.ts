import type { LookupFunction } from 'node:net';
import { connect } from 'node:tls';

import { messageOf, TaskError } from '../../domain/core/errors.ts';

export interface PeerRequest {
  readonly url: URL;
  /** Name that the certificate must have; absent: that of the URL. */
  readonly serverName?: string | undefined;
  /** PEM of the authorities to trust; undefined: those of the system. */
  readonly ca: readonly string[] | undefined;
  readonly lookup?: LookupFunction;
  readonly signal: AbortSignal;
}

export interface PeerCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256, hexadecimal pairs with colons. */
  readonly fingerprint: string;
  /** RFC 3339. */
  readonly validUntil: string;
  /** Why it is not trusted; empty when it is. */
  readonly untrusted: string;
}

/**
 * The certificate that a server shows. The connection is closed after the handshake: nothing is sent.
 * @throws TaskError `unreachable` where no TLS server answers
 */
export function readPeerCertificate({ url, ...request }: PeerRequest): Promise<PeerCertificate> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const { serverName = host, ca, lookup, signal } = request;
  const isAddress = /^[\d.]+$|:/.test(serverName);
  const socket = connect({
    host,
    port: Number(url.port === '' ? 443 : url.port),
    ...(isAddress ? {} : { servername: serverName }),
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(lookup === undefined ? {} : { lookup }),
    // What is not trusted is told; the connection is used for nothing else.
    rejectUnauthorized: false,
  });
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(new Error('stopped'));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.once('error', (cause) => reject(unreachable(url, cause)));
    socket.once('secureConnect', () => {
      const found = socket.getPeerX509Certificate();
      const reason: unknown = socket.authorizationError;
      socket.destroy();
      if (found === undefined) return reject(unreachable(url, new Error('it shows no certificate')));
      return resolve({
        subject: oneLine(found.subject),
        issuer: oneLine(found.issuer),
        fingerprint: found.fingerprint256,
        validUntil: new Date(found.validTo).toISOString(),
        untrusted: socket.authorized ? '' : messageOf(reason),
      });
    });
  });
}

function oneLine(name: string): string {
  return name.split('\n').join(', ');
}

function unreachable({ host }: URL, cause: Error): TaskError {
  return new TaskError('unreachable', `connecting to ${host}: ${cause.message || messageOf(cause)}`, {
    remedy: 'Check the address and the port, and that the API server can be reached from here.',
    cause,
  });
}
