import type { TlsIdentity } from '../../../domain/volumes/tls-identity.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Log } from '../../../domain/core/log.ts';

export interface BothClusters {
  readonly source: Cluster;
  readonly destination: Cluster;
}

export interface VolumePorts extends BothClusters {
  /** The same clusters by connections that a stopped run can still use. */
  readonly cleanUp: BothClusters;
  readonly log: Log;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** @throws TaskError `interrupted` */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A key and a self-signed certificate, made for one transfer. */
  readonly makeIdentity: (name: string) => Promise<TlsIdentity>;
  /** Lower-case letters and digits nobody can guess, fit for names. */
  readonly randomName: () => string;
  /** `sha256:<hex>` of a text. */
  readonly sha256: (text: string) => string;
}
