import { chooseContext, type ContextOptions } from '../../adapters/kube/choose-context.ts';

/**
 * The namespace that a kubeconfig context names, or the pod's own without a kubeconfig; empty when it names none.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`, `kubeconfig-refused`
 */
export async function namespaceOfContext(options: ContextOptions): Promise<string> {
  const { selection } = await chooseContext(options);
  return selection.context.namespace;
}
