import type { Resource } from './resource.ts';

/** What names an object and its owners, which is all that is kept of thousands. */
export function headerOf({ apiVersion, kind, metadata }: Resource): Resource {
  const { name, namespace = '', ownerReferences } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, ownerReferences } };
}
