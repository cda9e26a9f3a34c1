import type { ServerCertificate } from './problem.ts';

export type Side = 'source' | 'destination';

/** POST /connections: a context of the kubeconfig (mode `laptop`), the cluster of the runs, or an address with a token. */
export interface ConnectionRequest {
  readonly side: Side;
  readonly context?: string;
  /** The cluster of the runs, with the login of the session. */
  readonly own?: boolean;
  /** `https://host:port`. */
  readonly server?: string;
  readonly token?: string;
  /** PEM of the authorities to trust. Absent: those of the system. */
  readonly ca?: string;
}

/** POST /connections. */
export interface ConnectionAnswer {
  readonly id: string;
  readonly side: Side;
  readonly server: string;
  /** Empty unless a context was chosen. */
  readonly context: string;
  /** Name by which the cluster knows the login; empty: unknown. */
  readonly user: string;
  readonly version: string;
  /** UID of the namespace kube-system; empty: unknown. */
  readonly clusterUid: string;
  /** When the token expires, RFC 3339; empty: unknown. */
  readonly tokenExpiresAt: string;
  /** Undefined for a context, and for the cluster of the runs. */
  readonly certificate: ServerCertificate | undefined;
}

/** GET /connections/{id}/namespaces?prefix=. A refusal to list is an answer: the name can be typed. */
export interface NamespacesAnswer {
  readonly state: 'listed' | 'denied';
  /** Sorted, at most 20. */
  readonly names: readonly string[];
  /** Whether more names begin like this. */
  readonly hasMore: boolean;
  /** Why they are not listed; empty when they are. */
  readonly message: string;
}
