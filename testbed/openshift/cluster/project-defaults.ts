import { at, stringAt, type JsonObject } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';

/** Namespaces of the platform itself, which stay as they are. */
export function isPlatformNamespace(name: string): boolean {
  return /^(?:kube-|tekton-|local-path)/.test(name);
}

/**
 * Gives a namespace what every OpenShift project has: the ServiceAccounts builder and deployer, and the RoleBindings that let
 * builds push and the project's own pods pull. Idempotent; what is there already stays untouched.
 */
export async function ensureProjectDefaults(client: KubeClient, namespace: JsonObject): Promise<void> {
  const name = stringAt(namespace, 'metadata', 'name') ?? '';
  if (isPlatformNamespace(name) || at(namespace, 'metadata', 'deletionTimestamp') !== undefined) return;
  for (const account of ['builder', 'deployer']) {
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } };
    await create(client, `/api/v1/namespaces/${name}/serviceaccounts`, body);
  }
  for (const binding of roleBindings(name))
    await create(client, `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings`, binding);
}

function roleBindings(namespace: string): object[] {
  const account = (name: string): object => ({ kind: 'ServiceAccount', name, namespace });
  const group = { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: `system:serviceaccounts:${namespace}` };
  return [
    roleBinding('system:image-pullers', 'system:image-puller', group),
    roleBinding('system:image-builders', 'system:image-builder', account('builder')),
    roleBinding('system:deployers', 'system:deployer', account('deployer')),
  ];
}

function roleBinding(name: string, role: string, subject: object): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}

async function create(client: KubeClient, path: string, body: object): Promise<void> {
  const { status } = await client.send({ method: 'POST', path, body });
  // 403 and 404: the namespace is going away.
  if (![201, 403, 404, 409].includes(status))
    throw new Error(`creating ${stringAt(body, 'kind') ?? ''} in ${path}: the API server answered ${String(status)}`);
}
