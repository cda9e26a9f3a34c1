import type { JsonObject } from '../core/json-object.ts';
import { apiVersionOf } from '../kube/discovery.ts';
import type { Resource } from '../kube/resource.ts';
import { readClaims, type SourceClaim } from './claim-inventory.ts';
import { findImageSources, type InventoryImages } from './image-inventory.ts';
import { judgeObjects, type InventoryObject } from './judge-objects.ts';
import type { DestinationLists, KindList, RunsLists, SourceLists } from './lists.ts';

export interface InventoryKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** As `allow-forbidden` names it, for example `roles.rbac.authorization.k8s.io`. */
  readonly plural: string;
  readonly state: KindList['state'];
  readonly count: number;
  readonly message: string;
}

export interface SourceInventory extends Omit<SourceLists, 'lists'> {
  readonly kinds: readonly InventoryKind[];
  readonly objects: readonly InventoryObject[];
  readonly claims: readonly SourceClaim[];
  readonly images: InventoryImages;
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
