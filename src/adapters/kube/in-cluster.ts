import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { noImpersonation } from '../../domain/kubeconfig/impersonation.ts';
import type { ClusterEntry, Selection, UserEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import type { Environment } from './kubeconfig-files.ts';

/** Where the kubelet mounts the credentials of a pod's service account. */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The name that stands for the pod's own service account where a context is asked for. */
export const inClusterContext = 'in-cluster';

/**
 * The connection of a pod's own service account, or undefined outside a pod: the API server's address in the
 * environment and a token in the mounted folder make a pod.
 */
export async function findInCluster(
  environment: Environment,
  folder = serviceAccountFolder,
): Promise<Selection | undefined> {
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  const token = await readOptional(join(folder, 'token'));
  if (host === '' || token === undefined) return undefined;
  const name = inClusterContext;
  const namespace = (await readOptional(join(folder, 'namespace')))?.trim() ?? '';
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    context: { name, cluster: name, user: name, namespace },
    cluster: { ...emptyCluster, name, server, caFile: 'ca.crt', folder },
    user: { ...emptyUser, name, tokenFile: 'token', folder },
  };
}

/** The authority of the pod's own API server, PEM; undefined outside a pod. */
export async function ownAuthority(environment: Environment, folder?: string): Promise<string | undefined> {
  const own = await findInCluster(environment, folder);
  return own && readOptional(join(own.cluster.folder, 'ca.crt'));
}

export const emptyCluster: Omit<ClusterEntry, 'name' | 'server' | 'folder'> = {
  caData: undefined,
  caFile: undefined,
  insecureSkipTlsVerify: false,
  tlsServerName: undefined,
  proxyUrl: undefined,
};

export const emptyUser: Omit<UserEntry, 'name' | 'folder'> = {
  token: undefined,
  tokenFile: undefined,
  certData: undefined,
  certFile: undefined,
  keyData: undefined,
  keyFile: undefined,
  username: undefined,
  password: undefined,
  impersonate: noImpersonation,
  exec: undefined,
  authProvider: undefined,
};

async function readOptional(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
