import type { ContextOptions } from './choose-context.ts';
import { loadDefaultKubeconfig, loadKubeconfig } from './kubeconfig-files.ts';

export interface NamedContext {
  readonly name: string;
  /** Empty when the kubeconfig does not have its cluster. */
  readonly server: string;
  readonly namespace: string;
}

/** The contexts of a kubeconfig. @throws TaskError `kubeconfig-unreadable` */
export async function listContexts({
  kubeconfig,
  environment,
}: Pick<ContextOptions, 'kubeconfig' | 'environment'>): Promise<readonly NamedContext[]> {
  const { config } = await (kubeconfig === undefined ? loadDefaultKubeconfig(environment) : loadKubeconfig(kubeconfig));
  return config.contexts.map(({ name, cluster, namespace }) => ({
    name,
    namespace,
    server: config.clusters.find((each) => each.name === cluster)?.server ?? '',
  }));
}
