import { selectContext, type Selection } from '../../domain/kubeconfig/kubeconfig.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { findInCluster, inClusterContext } from './in-cluster.ts';
import { loadDefaultKubeconfig, loadKubeconfig, type Environment, type LoadedKubeconfig } from './kubeconfig-files.ts';
import { contextFingerprint } from '../../domain/kubeconfig/kubeconfig.ts';
import { sha256Of } from '../files/digest.ts';

export interface ContextOptions {
  /**
   * A kubeconfig file, or a folder that holds a file `kubeconfig`. Undefined: the pod's own service account when there is
   * one, else what kubectl would read ($KUBECONFIG, ~/.kube/config).
   */
  readonly kubeconfig: string | undefined;
  /** Undefined: the kubeconfig's current context. A named one is never replaced by another. */
  readonly context: string | undefined;
  /** Digests that crane-kubeconfig-generator reported, separated by commas: any other context is refused. Empty: not checked. */
  readonly kubeconfigDigest?: string | undefined;
  readonly environment: Environment;
  /** Where a pod's service account is mounted; the kubelet's place when absent. */
  readonly serviceAccountFolder?: string;
}

export interface ChosenContext {
  readonly selection: Selection;
  /** Whether a digest proves what the kubeconfig says about the context. */
  readonly isProven: boolean;
  /** `age1…` that the kubeconfig names; undefined when it does not. */
  readonly sealingRecipient: string | undefined;
}

/**
 * Reads a kubeconfig and takes a context of it; what is checked and what is used come from one reading.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`, `kubeconfig-refused`
 */
export async function chooseContext(options: ContextOptions): Promise<ChosenContext> {
  const { config, file, sealingRecipient } = await load(options);
  const selection = selectContext(config, options.context, file);
  const expected = parseCommaList(options.kubeconfigDigest ?? '');
  if (expected.length > 0 && !expected.includes(digestOfContext(selection, sealingRecipient))) {
    const doing = `reading context ${JSON.stringify(selection.context.name)} of kubeconfig ${file}`;
    const message = `${doing}: it does not have the expected digest ${expected.join(' or ')}`;
    throw new TaskError('kubeconfig-refused', message, {
      remedy: 'Give the result kubeconfig-digest of the task that wrote this context last, or find out who changed it.',
    });
  }
  return { selection, isProven: expected.length > 0, sealingRecipient };
}

async function load({ kubeconfig, environment, ...options }: ContextOptions): Promise<LoadedKubeconfig> {
  if (kubeconfig !== undefined) return loadKubeconfig(kubeconfig);
  const own = await findInCluster(environment, options.serviceAccountFolder);
  if (own === undefined) return loadDefaultKubeconfig(environment);
  const { context, cluster, user } = own;
  const config = { currentContext: inClusterContext, contexts: [context], clusters: [cluster], users: [user] };
  return { config, file: 'the service account of the pod', sealingRecipient: undefined };
}

/** `sha256:<hex>` of what a kubeconfig says about a context. */
export function digestOfContext(selection: Selection, sealingRecipient: string | undefined): string {
  return sha256Of(contextFingerprint(selection, sealingRecipient));
}

/**
 * The namespace that a kubeconfig context names, or the pod's own without a kubeconfig; empty when it names none.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`, `kubeconfig-refused`
 */
export async function namespaceOfContext(options: ContextOptions): Promise<string> {
  return (await chooseContext(options)).selection.context.namespace;
}

/**
 * The namespace that was given, else that of the context, else `default`, as kubectl chooses it.
 * @throws TaskError as namespaceOfContext
 */
export async function namespaceOrDefault(given: string | undefined, options: ContextOptions): Promise<string> {
  return given ?? ((await namespaceOfContext(options)) || 'default');
}
