import type { ApiKind, GroupAndVersion } from './discovery.ts';

/** An object of a cluster by kind, namespace and name. */
export interface ObjectRef {
  readonly kind: ApiKind;
  /** Ignored for a kind of cluster scope. */
  readonly namespace: string;
  readonly name: string;
}

/** The path of a group version: of its discovery document, and above its kinds. */
export function groupVersionPath({ group, version }: GroupAndVersion): string {
  return group === '' ? `/api/${version}` : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
}

/** The path of a kind's objects in a namespace; all of the cluster when the namespace is empty or the kind has none. */
export function collectionPath(kind: ApiKind, namespace: string): string {
  const within = namespace === '' || !kind.namespaced ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${groupVersionPath(kind)}${within}/${encodeURIComponent(kind.plural)}`;
}

export function objectPath({ kind, namespace, name }: ObjectRef): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}
