import type { AppliedObject } from '../apply/applied-object.ts';

/** Whether an object is where a rollback may remove: in one of the namespaces, or of cluster scope. */
export function isInScope(object: AppliedObject, namespaced: boolean, namespaces: ReadonlySet<string>): boolean {
  if (namespaced) return namespaces.has(object.namespace);
  // The deletion of a Namespace removes everything in it.
  return object.kind !== 'Namespace' || object.apiVersion !== 'v1' || namespaces.has(object.name);
}
