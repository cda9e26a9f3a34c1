import type { Inventory } from '../../../domain/planning/inventory.ts';
import type { SideConnection } from './side-connection.ts';
import type { Resource } from '../../../domain/kube/resource.ts';

/** An inventory that is taken, or was. */
export interface StoredInventory {
  readonly id: string;
  readonly startedAt: number;
  readonly expiresAt: number;
  /** Cancels the listing. */
  readonly controller: AbortController;
  readonly source: SideConnection;
  readonly destination: SideConnection;
  readonly progress: { done: number; total: number };
  outcome: InventoryOutcome;
}

export type InventoryOutcome =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly inventory: Inventory; readonly resources: readonly Resource[] }
  | { readonly state: 'failed'; readonly error: unknown };
