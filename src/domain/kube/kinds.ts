import { splitApiVersion, type Resource } from './resource.ts';

/** `Deployment.apps`, or `Pod` for the core group: how crane's flags name a kind. */
export function kindOf({ apiVersion, kind }: Pick<Resource, 'apiVersion' | 'kind'>): string {
  const { group } = splitApiVersion(apiVersion);
  return group === '' ? kind : `${kind}.${group}`;
}

/** The annotations or labels of a resource; non-string values are skipped. */
export function textsAt(resource: Resource, field: 'annotations' | 'labels'): Readonly<Record<string, string>> {
  const found = resource.metadata[field];
  if (typeof found !== 'object' || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
