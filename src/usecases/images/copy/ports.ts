import type { TagFilters } from '../../../domain/images/skopeo/tag-filters.ts';
import type { Copier } from '../../../domain/images/copy/copier.ts';
import type { Registry } from '../../../domain/oci/registry.ts';
import type { Log, Sleep } from '../../../domain/core/ports.ts';

/**
 * Requests to one registry that are made at a time: twice its connections, so that none waits for the next request. Ten thousand
 * at a time take a gigabyte of memory.
 */
export const requestsAtOnce = 40;

export interface SyncPorts {
  readonly source: (host: string) => Registry;
  readonly destination: (host: string) => Registry;
  readonly copier: Copier;
  /** Loaded when a source file has need of them. */
  readonly tagFilters: () => Promise<TagFilters>;
  /** Keeps the plan that was made of a source file, under that name. */
  readonly keepPlan: (name: string, text: string) => Promise<void>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Milliseconds, for durations. */
  readonly now: () => number;
  /** Ends early, without an error, when the run is stopped. */
  readonly pause: Sleep;
  /** `sha256:<hex>` of bytes. */
  readonly digestOf: (bytes: Uint8Array) => string;
  /** In [0, 1). */
  readonly random: () => number;
}
