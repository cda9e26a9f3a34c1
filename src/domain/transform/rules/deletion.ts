import { arrayAt } from '../../core/json-object.ts';
import type { Metadata, Resource } from '../../kube/resource.ts';

/** Whether the server was deleting an object; some programs write `null` for an object that it was not deleting. */
export function isBeingDeleted(metadata: Metadata): boolean {
  return (metadata['deletionTimestamp'] ?? undefined) !== undefined;
}

/** Whether the garbage collector deletes what an object owns too: `kubectl delete --cascade=orphan` keeps it. */
export function isDeletedWithDependents({ metadata }: Resource): boolean {
  return isBeingDeleted(metadata) && !arrayAt(metadata, 'finalizers').includes('orphan');
}
