import { arrayAt, keyOf, type Resource } from '../resource.ts';
import { kindOf, textsAt } from './kinds.ts';
import type { TransformOptions } from './transform-options.ts';

// Kinds that the destination makes by itself, or that other steps move.
const derivedKinds: Readonly<Record<string, string>> = {
  Endpoints: 'made by the destination from Services',
  'EndpointSlice.discovery.k8s.io': 'made by the destination from Services',
  PersistentVolumeClaim: 'volumes move apart from manifests',
  PersistentVolume: 'volumes move apart from manifests',
  Event: 'a record of the source',
  'Event.events.k8s.io': 'a record of the source',
  'PodMetrics.metrics.k8s.io': 'a measurement of the source',
};
const operatorGroups: ReadonlySet<string> = new Set(['operators.coreos.com', 'packages.operators.coreos.com']);
const serviceAccountToken = 'kubernetes.io/service-account-token';

/** Why a resource must not travel, or undefined: crane's KubernetesPlugin, and what its successor adds. */
export function kubernetesWhiteout(resource: Resource, options: TransformOptions): string | undefined {
  return (
    whiteoutOfMigration(resource) ??
    whiteoutByKind(resource, options) ??
    whiteoutByOwner(resource, options) ??
    whiteoutOfDefaults(resource, options)
  );
}

/** Accounts and bindings that exist for the sake of the migration carry this label: they are no part of the application. */
function whiteoutOfMigration(resource: Resource): string | undefined {
  const isOurs = textsAt(resource, 'labels')['app.kubernetes.io/part-of'] === 'crane-tasks';
  return isOurs ? 'belongs to the migration itself' : undefined;
}

function whiteoutByKind(resource: Resource, { includeOnly, extraWhiteouts }: TransformOptions): string | undefined {
  const kind = kindOf(resource);
  if (includeOnly.size > 0) return includeOnly.has(kind) ? undefined : 'not among the kinds of include-only';
  if (extraWhiteouts.has(kind)) return 'named by extra-whiteouts';
  const { group } = keyOf(resource);
  if (operatorGroups.has(group)) return 'managed by the Operator Lifecycle Manager';
  return Object.hasOwn(derivedKinds, kind) ? derivedKinds[kind] : undefined;
}

function whiteoutByOwner(resource: Resource, { keepOwned }: TransformOptions): string | undefined {
  const owners = arrayAt(resource.metadata, 'ownerReferences');
  return owners.length > 0 && !keepOwned ? 'owned by another resource, which makes it anew' : undefined;
}

function whiteoutOfDefaults(resource: Resource, options: TransformOptions): string | undefined {
  const { name } = resource.metadata;
  switch (kindOf(resource)) {
    case 'ServiceAccount':
      return options.stripDefaultRbac && name === 'default' ? 'every namespace has its own default account' : undefined;
    case 'Secret':
      return whiteoutOfSecret(resource, options);
    case 'ConfigMap':
      return options.stripDefaultCabundle && name === 'kube-root-ca.crt'
        ? 'every namespace has its own root CA'
        : undefined;
    case 'ClusterRole.rbac.authorization.k8s.io':
    case 'ClusterRoleBinding.rbac.authorization.k8s.io':
      return isOfCluster(resource) ? 'every cluster has its own' : undefined;
    default:
      return keyOf(resource).group === 'extensions' ? 'a duplicate under a group that is gone' : undefined;
  }
}

/** Roles and bindings that the API server itself makes and mends. */
function isOfCluster(resource: Resource): boolean {
  return resource.metadata.name.startsWith('system:') || 'kubernetes.io/bootstrapping' in textsAt(resource, 'labels');
}

function whiteoutOfSecret(secret: Resource, { stripDefaultRbac }: TransformOptions): string | undefined {
  if (secret['type'] === serviceAccountToken) return 'a token that only the source cluster accepts';
  const account = textsAt(secret, 'annotations')['kubernetes.io/service-account.name'];
  return stripDefaultRbac && account === 'default' ? 'belongs to the default account' : undefined;
}
