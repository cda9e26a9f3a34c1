import type { Secret } from '../core/secret.ts';

/** What one end of a tunnel shows to the other. PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: Secret;
}
