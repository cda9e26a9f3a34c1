import type { JsonObject } from '../core/json-object.ts';
import type { MovePlan } from './move-plan.ts';

type Side = 'source' | 'destination';

export interface Rule extends JsonObject {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The account of the runs in one cluster: its objects, in the order in which they are created. */
export interface AccountObjects {
  readonly name: string;
  /** In the namespace of the application. */
  readonly own: readonly JsonObject[];
  /** Outside of it. Without them registry addresses and a StorageClass must be given. */
  readonly shared: readonly JsonObject[];
}

const all: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
const readAll: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] };

/** What quiescing, restarting and reading volumes needs at the source. */
const quiesceRules: readonly Rule[] = [
  {
    apiGroups: ['apps', 'apps.openshift.io'],
    resources: ['deployments', 'statefulsets', 'replicasets', 'deploymentconfigs'],
    verbs: ['patch'],
  },
  { apiGroups: [''], resources: ['replicationcontrollers'], verbs: ['patch'] },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: ['create', 'patch', 'delete'] },
  { apiGroups: ['batch'], resources: ['jobs/finalizers'], verbs: ['update'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
];

const registryRules: readonly Rule[] = [
  { apiGroups: ['config.openshift.io'], resources: ['images'], verbs: ['get'] },
  { apiGroups: ['route.openshift.io'], resources: ['routes'], verbs: ['get'] },
  { apiGroups: ['image.openshift.io'], resources: ['imagestreams'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
];

const volumeRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list'] },
];

/** The rules of an account in the namespace of the application. */
export function namespaceRules(side: Side, hasClaims: boolean): readonly Rule[] {
  if (side === 'destination') return [all];
  return hasClaims ? [readAll, ...quiesceRules] : [readAll];
}

/** The rules of an account outside of the namespace. */
export function sharedRules(side: Side, hasClaims: boolean): readonly Rule[] {
  return side === 'destination' && hasClaims ? [...registryRules, ...volumeRules] : registryRules;
}

/** Name of the ServiceAccount of a migration. */
export function accountName(migration: string): string {
  return `crane-migration-${migration}`;
}

/** The ServiceAccount that a migration uses in a cluster, with the rights that its runs need and no others. */
export function accountObjects({ answers, claims }: MovePlan, side: Side): AccountObjects {
  const { namespace } = answers[side];
  const name = accountName(answers.name);
  const hasClaims = claims.length > 0;
  // Cluster-scoped names are shared by all namespaces, and by source and destination in one cluster.
  const sharedName = `${name}-${namespace}`;
  const labels = { 'app.kubernetes.io/part-of': 'crane-tasks' };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const metadata = { name, namespace, labels };
  const rbac = 'rbac.authorization.k8s.io';
  const role = (kind: string, target: string) => ({ apiGroup: rbac, kind, name: target });
  const ofRbac = (kind: string, rest: JsonObject): JsonObject => ({ apiVersion: `${rbac}/v1`, kind, ...rest });
  return {
    name,
    own: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      ofRbac('Role', { metadata, rules: namespaceRules(side, hasClaims) }),
      ofRbac('RoleBinding', { metadata, roleRef: role('Role', name), subjects }),
    ],
    shared: [
      ofRbac('ClusterRole', { metadata: { name: sharedName, labels }, rules: sharedRules(side, hasClaims) }),
      ofRbac('ClusterRoleBinding', {
        metadata: { name: sharedName, labels },
        roleRef: role('ClusterRole', sharedName),
        subjects,
      }),
    ],
  };
}
