import type { ApiKind } from '../kube/discovery.ts';
import type { Resource } from '../kube/resource.ts';
import type { ApiSurface } from '../schemas/documents.ts';

/** Addresses of a cluster's registry; empty: unknown. */
export interface RegistryHosts {
  readonly internal: string;
  readonly public: string;
}

/** The objects of one kind. Secrets come without their values. */
export interface KindList {
  readonly kind: ApiKind;
  /** `denied`: the account may not list the kind. `failed`: the list broke off, and objects may be missing. */
  readonly state: 'listed' | 'denied' | 'failed';
  readonly objects: readonly Resource[];
  /** Why it is not listed; empty when it is. */
  readonly message: string;
}

export interface SourceLists {
  readonly server: string;
  /** UID of the namespace kube-system; empty: unknown. */
  readonly clusterUid: string;
  readonly version: string;
  readonly namespace: string;
  readonly registry: RegistryHosts;
  readonly lists: readonly KindList[];
}

export interface DestinationLists {
  readonly server: string;
  readonly namespace: string;
  readonly exists: boolean;
  readonly surface: ApiSurface;
  readonly registry: RegistryHosts;
  /** Names of the PersistentVolumeClaims of the namespace, each with the claim that it was made for, or an empty text. */
  readonly claims: Readonly<Record<string, string>>;
  /** How many objects the namespace has that a user made. */
  readonly objectCount: number;
}

/** The namespace where the runs are. */
export interface RunsLists {
  readonly namespace: string;
  /** Names of migrations that exist. */
  readonly migrations: readonly string[];
  /** Names of Pipelines that exist. */
  readonly pipelines: readonly string[];
}
