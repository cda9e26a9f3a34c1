import { connectCluster } from '../../adapters/kube/connect.ts';
import type { TaskContext, ValuesOf } from '../../runtime/define-task.ts';
import type { RegistryStore } from '../../usecases/app/export-registries.ts';
import { optional } from './param-kinds.ts';
import { clusterParams, commonParams, kubeconfigDigestParam } from './params.ts';

/** Where the Secrets of registries are. */
export const registryStoreParams = {
  context: clusterParams.context,
  'system-namespace': commonParams['system-namespace'],
  ...kubeconfigDigestParam,
} as const;

export const registryNameParam = {
  type: 'string',
  isWord: true,
  description: 'Name of the registry, which is the name of its Secret.',
} as const;

interface StoreInput {
  readonly params: ValuesOf<typeof registryStoreParams>;
  readonly workspaces: { readonly kubeconfig: string | undefined };
}

/** Works with the registries of a cluster, and closes the connection. */
export async function withRegistryStore<T>(
  { params, workspaces }: StoreInput,
  { environment, log, signal }: TaskContext,
  work: (store: RegistryStore) => Promise<T>,
): Promise<T> {
  const { context, 'kubeconfig-digest': kubeconfigDigest } = params;
  const { kubeconfig } = workspaces;
  const cluster = await connectCluster({ kubeconfig, context, kubeconfigDigest, environment, log, signal });
  try {
    return await work({ cluster, namespace: params['system-namespace'] });
  } finally {
    await cluster.close();
  }
}

export const registryPathParam = optional(
  'Namespace or organization below the host of the registry, for example team.',
);
