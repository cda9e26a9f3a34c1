import type { Log } from '../../../domain/core/ports.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { OwnCluster, SideConnection } from './side-connection.ts';
import type { StoredInventory } from './stored-inventory.ts';

/** Who signed in, and the connection to the cluster of the runs that the login gave. */
export interface Identity {
  /** Name by which the cluster knows the user. */
  readonly user: string;
  /** The cluster of the runs, with the rights of the user. */
  readonly cluster: Cluster;
  readonly own: OwnCluster;
  /** Redacts what the session knows to be secret. */
  readonly log: Log;
  /** When the login expires, milliseconds since 1970; undefined: not known. */
  readonly endsAt: number | undefined;
  /** Whether the login can no longer be renewed. Absent: it is not renewed. */
  readonly hasEnded?: () => boolean;
}

/** What one user has in the memory of the server, for as long as the session lasts. */
export interface Session extends Identity {
  /** 256 random bits, base64url. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
  readonly connections: Map<string, SideConnection>;
  readonly inventories: Map<string, StoredInventory>;
  /** Streams that are open. */
  readonly streams: { count: number };
}
