import type { Inventory } from '../../../domain/planning/inventory.ts';
import type { InventoryView } from '../../api/planning.ts';

/** What a page shows of an inventory: without the objects themselves. */
export function viewInventory({ source, destination }: Inventory, digest: string): InventoryView {
  const { surface } = destination;
  return {
    digest,
    source: {
      server: source.server,
      namespace: source.namespace,
      version: source.version,
      clusterUid: source.clusterUid,
      registry: source.registry,
      kinds: source.kinds,
      objects: source.objects,
      claims: source.claims,
      imageStreams: source.images.streams.length,
    },
    destination: {
      server: destination.server,
      namespace: destination.namespace,
      exists: destination.exists,
      version: surface.version,
      clusterUid: surface.clusterUid,
      registry: destination.registry,
      objectCount: destination.objectCount,
      storageClasses: surface.storageClasses.map(({ name, isDefault }) => ({ name, isDefault })),
      claims: destination.claims,
    },
  };
}
