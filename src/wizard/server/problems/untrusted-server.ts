import { TaskError } from '../../../domain/core/errors.ts';
import type { ServerCertificate } from '../../api/problem.ts';

/** A server whose certificate is not trusted, with that certificate: the user can compare it and give the authority. */
export class UntrustedServer extends TaskError {
  readonly certificate: ServerCertificate | undefined;

  constructor(message: string, { cause, certificate }: { cause: unknown; certificate: ServerCertificate | undefined }) {
    const remedy =
      'Compare the fingerprint with that of the cluster, then give the certificate authority (`ca`) of the cluster.';
    super('tls-untrusted', message, { remedy, cause });
    this.certificate = certificate;
  }
}
