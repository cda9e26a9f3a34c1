import { findReferences, type Reference } from '../../references/find-references.ts';
import { mentionsOf } from '../../references/mentions.ts';
import { renameReferences } from '../../references/rename-references.ts';
import { formatPointer } from '../../kube/json-pointer.ts';
import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { stringAt } from '../../core/json-object.ts';
import { keyOf, kindOf, type Resource, textsAt } from '../../kube/resource.ts';
import type { TransformOptions } from '../transform-options.ts';

/**
 * Names of namespaces, changed as `namespace-mapping` says: the resource's own, and each that the table of references
 * knows. The namespaces of registry-replacement are not enough here: images may move to a place that is none of the
 * application's.
 */
export function moveNamespaces(resource: Resource, options: TransformOptions): readonly Operation[] {
  const { namespaceMapping: namespaces } = options;
  if (namespaces.size === 0) return [];
  const own = resource.metadata.namespace;
  const destination = own === undefined ? undefined : namespaces.get(own);
  const references = findReferences(resource).filter((reference) => !isDecidedByUser(reference, options));
  return [
    ...(destination === undefined || destination === own ? [] : [replaceAt(['metadata', 'namespace'], destination)]),
    ...renameReferences(references, { namespaces, nameOf: () => undefined }),
  ];
}

/** An annotation that the user removes or sets. */
function isDecidedByUser(
  { namespaceAt, prefixedAt }: Reference,
  { addAnnotations, removeAnnotations }: TransformOptions,
): boolean {
  const [first, second, key] = (namespaceAt ?? prefixedAt)?.path ?? [];
  if (first !== 'metadata' || second !== 'annotations') return false;
  return addAnnotations.has(String(key)) || removeAnnotations.includes(String(key));
}

const shownPlaces = 5;
const releaseType = 'helm.sh/release.v1';

/** Reports places that seem to name a namespace which is called otherwise at the destination, and are not changed. */
export function noteNamespaces(resource: Resource, options: TransformOptions): readonly string[] {
  const { namespaceMapping: namespaces } = options;
  const renamed = new Map([...namespaces].filter(([from, to]) => from !== to));
  if (renamed.size === 0) return [];
  const changed = new Set(moveNamespaces(resource, options).map(({ path }) => path));
  const mentions = mentionsOf(resource, renamed).filter(({ path }) => !changed.has(formatPointer(path)));
  const notes = [...Map.groupBy(mentions, ({ namespace }) => namespace)].map(([namespace, found]) => {
    const places = [...new Set(found.map(({ path }) => formatPointer(path)))];
    const more = places.length > shownPlaces ? ` and ${String(places.length - shownPlaces)} more` : '';
    const at = `${places.slice(0, shownPlaces).join(', ')}${more}`;
    return `seems to name namespace ${namespace} at ${at}: this is not changed to ${String(renamed.get(namespace))}`;
  });
  return [...notes, ...noteRelease(resource, renamed)];
}

function noteRelease(record: Resource, renamed: ReadonlyMap<string, string>): readonly string[] {
  const own = keyOf(record).namespace;
  if (!isRelease(record) || !renamed.has(own)) return [];
  return [`its packed record names namespace ${own}: Helm would upgrade the release there`];
}

/** Whether an object is a record of a Helm release: helm/helm pkg/storage/driver; Helm 2 wrote the labels in capitals. */
function isRelease(record: Resource): boolean {
  if (stringAt(record, 'type') === releaseType) return true;
  const { owner, OWNER } = textsAt(record, 'labels');
  const isOfHelm = owner === 'helm' || OWNER === 'TILLER';
  return kindOf(record) === 'ConfigMap' && isOfHelm && stringAt(record, 'data', 'release') !== undefined;
}

/** Whether a resource binds a role of rbac.authorization.k8s.io to subjects. */
export function isRoleBinding(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  return group === 'rbac.authorization.k8s.io' && (kind === 'RoleBinding' || kind === 'ClusterRoleBinding');
}

/** The namespace of the ServiceAccounts that a subject stands for: one by name or as a user, or all of a namespace. */
export function namespaceOfSubject(subject: unknown): string | undefined {
  const name = stringAt(subject, 'name') ?? '';
  switch (stringAt(subject, 'kind')) {
    case 'ServiceAccount':
      return stringAt(subject, 'namespace');
    case 'User':
      return /^system:serviceaccount:([^:]+):[^:]+$/.exec(name)?.[1];
    case 'Group':
      return /^system:serviceaccounts:([^:]+)$/.exec(name)?.[1];
    case undefined:
    default:
      return undefined;
  }
}
