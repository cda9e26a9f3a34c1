import { findInCluster, serviceAccountFolder } from '../../adapters/cluster/in-cluster.ts';
import { loadDefaultKubeconfig, loadKubeconfig, type Environment } from '../../adapters/cluster/kubeconfig-files.ts';
import { selectContext } from '../../domain/clusters/kubeconfig.ts';

/**
 * The namespace that a kubeconfig context names, or the pod's own without a kubeconfig; empty when it names none.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`
 */
export async function namespaceOfContext(
  kubeconfig: string,
  context: string,
  environment: Environment,
): Promise<string> {
  const own = kubeconfig === '' ? await findInCluster(environment, serviceAccountFolder) : undefined;
  if (own !== undefined) return own.context.namespace;
  const { config, file } =
    kubeconfig === '' ? await loadDefaultKubeconfig(environment) : await loadKubeconfig(kubeconfig);
  return selectContext(config, context, file).context.namespace;
}
