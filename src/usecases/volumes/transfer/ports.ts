import type { TlsIdentity } from '../../../domain/volumes/stunnel-config.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { placeOf, type Role, type Transfer } from '../../../domain/volumes/transfer.ts';
import type { Log } from '../../../domain/core/ports.ts';

export interface BothClusters {
  readonly source: Cluster;
  readonly destination: Cluster;
}

/** Where the helper objects of a side are. */
export function sideOf(
  transfer: Transfer,
  role: Role,
  { source, destination }: BothClusters,
): { readonly cluster: Cluster; readonly namespace: string } {
  return { cluster: role === 'client' ? source : destination, namespace: placeOf(transfer, role).namespace };
}

/** A port of a helper pod, whose name changes when the pod is replaced. */
export interface PodPort {
  readonly namespace: string;
  readonly port: number;
  /** Undefined while there is no pod. */
  readonly findPod: () => Promise<string | undefined>;
}

export type RelayEnds = Readonly<Record<'source' | 'destination', PodPort>>;

export interface PodRelay {
  /** @throws TaskError `forbidden` once a cluster refused port-forward */
  assertAllowed(): void;
  stop(): void;
}

/** What the steps of a transfer wait with. */
export interface WaitPorts extends BothClusters {
  readonly now: () => number;
  /** Waits a moment. */
  readonly pause: () => Promise<void>;
  /** Shows the helper pods that this run is alive, when that is due. */
  readonly keepAlive: () => Promise<void>;
}

export interface VolumePorts extends BothClusters {
  /** The same clusters by connections that a stopped run can still use. */
  readonly cleanUp: BothClusters;
  readonly log: Log;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** @throws TaskError `interrupted` */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Carries connections of a pod at the source to a pod at the destination by port-forward, until stopped. */
  readonly relay: (ends: RelayEnds) => Promise<PodRelay>;
  /** A key and a self-signed certificate, made for one transfer. */
  readonly makeIdentity: (name: string) => Promise<TlsIdentity>;
  /** Lower-case letters and digits that cannot be guessed, fit for names. */
  readonly randomName: () => string;
  /** `sha256:<hex>` of a text. */
  readonly sha256: (text: string) => string;
}
