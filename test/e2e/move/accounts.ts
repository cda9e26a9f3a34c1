import type { Kubectl } from './kubectl.ts';

/** What the accounts of a move are called, on both clusters. */
export const migrator = 'crane-migrator';

/** ConfigMap in the namespace of the runs with the authorities of private registries. */
const registryAuthorities = 'cluster-ca';

export interface MoveNames {
  /** Namespace of the PipelineRuns, on the destination. */
  readonly runs: string;
  /** Namespace of the application, on both clusters. */
  readonly application: string;
}

/** Namespace labels that make Pod Security refuse whatever is not `restricted`. */
const restrictedLabels = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/enforce-version': 'latest',
};

export interface AccountsInput {
  readonly source: Kubectl;
  readonly destination: Kubectl;
  readonly names: MoveNames;
  /** PEM text of the authorities of private registries; empty when all are publicly trusted. */
  readonly registryCertificates: string;
}

/** Namespaces and least accounts of a move, and the Secrets from which the Pipeline logs in. */
export async function prepareAccounts({
  source,
  destination,
  names,
  registryCertificates,
}: AccountsInput): Promise<void> {
  await source.apply([namespaceOf(names.runs), ...accountOf(names, sourceRules)]);
  await destination.apply([
    namespaceOf(names.runs),
    namespaceOf(names.application),
    ...accountOf(names, destinationRules),
  ]);
  const inCluster = 'https://kubernetes.default.svc';
  const secrets = [
    secretOf('source-cluster', await credentialsOf(source, names)),
    secretOf('destination-cluster', { ...(await credentialsOf(destination, names)), url: inCluster }),
  ];
  const metadata = { name: registryAuthorities };
  const authorities = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': registryCertificates } };
  await destination.apply([...secrets, authorities], names.runs);
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

/** The account lives apart from the application, and its binding carries the label that keeps it from travelling. */
function accountOf({ runs, application }: MoveNames, rules: readonly object[]): readonly object[] {
  const rbac = 'rbac.authorization.k8s.io';
  const labels = { 'app.kubernetes.io/part-of': 'crane-tasks' };
  const subjects = [{ kind: 'ServiceAccount', name: migrator, namespace: runs }];
  const binding = (kind: string, name: string, namespace?: string): object => ({
    apiVersion: `${rbac}/v1`,
    kind,
    metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
    subjects,
  });
  const role = (name: string, roleRules: readonly object[]): object => ({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name, labels },
    rules: roleRules,
  });
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: migrator, namespace: runs, labels } },
    role(migrator, rules),
    binding('RoleBinding', migrator, application),
    role(`${migrator}-registry`, registryRules),
    binding('ClusterRoleBinding', `${migrator}-registry`),
  ];
}

async function credentialsOf(cluster: Kubectl, names: MoveNames): Promise<Readonly<Record<string, string>>> {
  const view = async (field: string): Promise<string> =>
    cluster.run(['config', 'view', '--raw', '--minify', '--flatten', '-o', `jsonpath={.clusters[0].cluster.${field}}`]);
  const authority = Buffer.from(await view('certificate-authority-data'), 'base64').toString();
  const token = await cluster.run(['create', 'token', migrator, '-n', names.runs, '--duration', '4h']);
  return { url: await view('server'), token, ...(authority === '' ? {} : { 'ca.crt': authority }) };
}

function secretOf(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData };
}
