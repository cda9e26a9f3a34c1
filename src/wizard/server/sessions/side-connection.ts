import type { OpenClusterStream } from '../../../adapters/kube/open-stream.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { ConnectionAnswer } from '../../api/clusters.ts';

/** How others reach the cluster of the runs. */
export interface OwnCluster {
  readonly server: string;
  /** PEM; empty: the authorities of the system. */
  readonly ca: string;
  readonly context: string;
  readonly openStream: () => Promise<OpenClusterStream>;
}

/** A cluster that the user connected for one side of a move. */
export interface SideConnection {
  readonly answer: ConnectionAnswer;
  readonly cluster: Cluster;
  /** What a run logs in with besides a token. */
  readonly login: { readonly url: string; readonly ca: string };
  /** Whether `cluster` is that of the session, which closes it. */
  readonly isOwn: boolean;
}
