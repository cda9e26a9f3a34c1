import type { JsonObject } from '../core/json-object.ts';
import type { ImageSources } from '../images/plan/found-images.ts';
import { apiVersionOf, type ApiKind } from '../kube/discovery.ts';
import type { Resource } from '../kube/resource.ts';
import type { ApiSurface } from '../schemas/documents.ts';
import { readClaims, type SourceClaim } from './claim-inventory.ts';
import { findImageSources } from './image-inventory.ts';
import { judgeObjects } from './judge-objects.ts';

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

export interface InventoryKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** As `allow-forbidden` names it, for example `roles.rbac.authorization.k8s.io`. */
  readonly plural: string;
  readonly state: KindList['state'];
  readonly count: number;
  readonly message: string;
}

export interface InventoryObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Why it is left behind; empty when it travels. */
  readonly leftOut: string;
}

export interface SourceInventory extends Omit<SourceLists, 'lists'> {
  readonly kinds: readonly InventoryKind[];
  readonly objects: readonly InventoryObject[];
  readonly claims: readonly SourceClaim[];
  readonly images: ImageSources;
}

/** What is there before a move: the base of its questions and its plan. */
export interface Inventory {
  readonly source: SourceInventory;
  readonly destination: DestinationLists;
  readonly runs: RunsLists;
}

/** Sorts what was listed, in whatever order the lists are. */
export async function readInventory(
  source: SourceLists,
  destination: DestinationLists,
  runs: RunsLists,
): Promise<Inventory> {
  const { lists, ...facts } = source;
  const sorted = lists.map(sortList).sort((one, other) => compare(keyOfList(one), keyOfList(other)));
  const resources = sorted.flatMap(({ objects }) => objects);
  return {
    source: {
      ...facts,
      kinds: sorted.map(({ kind, state, objects, message }) => ({
        apiVersion: apiVersionOf(kind),
        kind: kind.kind,
        plural: kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`,
        state,
        count: objects.length,
        message,
      })),
      objects: await judgeObjects(resources),
      claims: readClaims(resources),
      images: findImageSources(resources, facts),
    },
    destination: {
      ...destination,
      claims: Object.fromEntries(Object.entries(destination.claims).sort(([one], [other]) => compare(one, other))),
    },
    runs: { ...runs, migrations: [...runs.migrations].sort(), pipelines: [...runs.pipelines].sort() },
  };
}

/**
 * What a digest of an inventory is made of: everything that a plan depends on, without what changes all the time, such
 * as resource versions.
 */
export function inventoryText({ source, destination }: Inventory): string {
  const { images, ...facts } = source;
  const { surface, ...rest } = destination;
  const digested: JsonObject = {
    source: { ...facts, images: { streams: images.streams, users: images.resources.map(imageUser) } },
    destination: { ...rest, storageClasses: surface.storageClasses },
  };
  return JSON.stringify(digested);
}

function imageUser({ kind, metadata, spec }: Resource): JsonObject {
  return { kind, name: metadata.name, spec: kind === 'Pod' ? {} : spec };
}

function sortList(list: KindList): KindList {
  const objects = [...list.objects].sort((one, other) => compare(one.metadata.name, other.metadata.name));
  return { ...list, objects };
}

function keyOfList({ kind }: KindList): string {
  return `${kind.kind} ${apiVersionOf(kind)}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}
