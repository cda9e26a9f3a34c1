import type { YamlCodec } from '../../domain/core/ports.ts';
import type { Helm } from '../../domain/helm/helm.ts';
import type { Compress } from '../../domain/helm/stored-size.ts';
import type { LeasePorts } from '../cluster/hold-lease.ts';

/** What changes of a release need of the outside. */
export interface ReleasePorts extends LeasePorts {
  readonly helm: Helm;
  readonly yaml: YamlCodec;
  readonly compress: Compress;
  readonly signal: AbortSignal;
  /** Names this run in Leases: other runs print it. */
  readonly owner: string;
}

/** How long a change may take. */
export interface ReleaseLimits {
  /** Milliseconds without any progress of the pods before helm is stopped. */
  readonly stallMilliseconds: number;
  /** Milliseconds to wait for another run that works on the release. */
  readonly patience: number;
  readonly historyLimit: number;
  /** Whether to wait until the objects are ready. */
  readonly wait: boolean;
}
