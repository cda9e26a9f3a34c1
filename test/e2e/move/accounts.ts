import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkoutCacheFolder } from '../../cluster/places.ts';
import type { Kubectl } from './kubectl.ts';

/** What the accounts of a move are called, on both clusters. */
export const migrator = 'crane-migrator';
export const certificateAuthorityConfigMap = 'cluster-ca';

export interface MoveNames {
  /** Namespace of the PipelineRuns, on the destination. */
  readonly runs: string;
  /** Namespace of the application, on both clusters. */
  readonly application: string;
}

/** Namespace labels that make Pod Security refuse whatever is not `restricted`. */
export const restrictedLabels = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/enforce-version': 'latest',
};

/** Namespaces and least accounts of a move, and the Secrets from which the Pipeline logs in. */
export async function prepareAccounts(source: Kubectl, destination: Kubectl, names: MoveNames): Promise<void> {
  await destination.apply([namespaceOf(names.runs), namespaceOf(names.application)]);
  await source.apply(accountOf(names.application, sourceRules));
  await destination.apply(accountOf(names.application, destinationRules));
  const authority = readFileSync(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  const sourceServer = await source.run(['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}']);
  const inCluster = 'https://kubernetes.default.svc';
  await destination.apply(
    [
      secretOf('source-cluster', { url: sourceServer, token: await tokenOf(source, names), 'ca.crt': authority }),
      secretOf('destination-cluster', {
        url: inCluster,
        token: await tokenOf(destination, names),
        'ca.crt': authority,
      }),
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: certificateAuthorityConfigMap },
        data: { 'ca.crt': authority },
      },
    ],
    names.runs,
  );
}

const sourceRules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }];
const destinationRules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
// What registry-info asks outside of the application's namespace.
const registryRules = [
  { apiGroups: ['config.openshift.io'], resources: ['images'], verbs: ['get'] },
  { apiGroups: ['route.openshift.io'], resources: ['routes'], verbs: ['get'] },
  { apiGroups: ['image.openshift.io'], resources: ['imagestreams'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
];

function namespaceOf(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: restrictedLabels } };
}

function accountOf(namespace: string, rules: readonly object[]): readonly object[] {
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', name: migrator, namespace }];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: migrator, namespace } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: migrator }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: migrator, namespace },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: migrator },
      subjects,
    },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: `${migrator}-registry` }, rules: registryRules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: `${migrator}-registry` },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: `${migrator}-registry` },
      subjects,
    },
  ];
}

async function tokenOf(cluster: Kubectl, names: MoveNames): Promise<string> {
  return cluster.run(['create', 'token', migrator, '-n', names.application, '--duration', '4h']);
}

function secretOf(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData };
}
