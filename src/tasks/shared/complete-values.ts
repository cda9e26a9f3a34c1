import { loadDefaultKubeconfig, loadKubeconfig } from '../../adapters/kube/kubeconfig-files.ts';
import { Redactor } from '../../domain/core/secret.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import type { ValueSources } from '../../runtime/complete.ts';

/** Milliseconds that a person waits for names. */
const deadline = 2000;
const mostNames = '500';

/** Names for completion from kubeconfigs and their clusters: none when a file or a cluster cannot be read in time. */
export function openValueSources(environment: Readonly<Record<string, string | undefined>>): ValueSources {
  return {
    contexts: (kubeconfig) => soon(() => listContexts(kubeconfig, environment)),
    namespaces: (kubeconfig, context) => soon((signal) => listNamespaces({ kubeconfig, context, environment, signal })),
  };
}

async function soon(list: (signal: AbortSignal) => Promise<readonly string[]>): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(deadline);
  const late = new Promise<readonly string[]>((resolve) => signal.addEventListener('abort', () => resolve([])));
  return Promise.race([list(signal).catch(() => []), late]);
}

type Environment = Parameters<typeof openValueSources>[0];

async function listContexts(kubeconfig: string | undefined, environment: Environment): Promise<readonly string[]> {
  const { config } = await (kubeconfig === undefined ? loadDefaultKubeconfig(environment) : loadKubeconfig(kubeconfig));
  return config.contexts.map(({ name }) => name).sort();
}

async function listNamespaces(options: {
  kubeconfig: string | undefined;
  context: string | undefined;
  environment: Environment;
  signal: AbortSignal;
}): Promise<readonly string[]> {
  const { withCluster } = await import('../../adapters/kube/connect.ts');
  const ignore = (): void => undefined;
  const log = { redactor: new Redactor(), debug: ignore, info: ignore, warn: ignore, progress: ignore, item: ignore };
  const request = { path: '/api/v1/namespaces', query: { limit: mostNames } };
  const list = await withCluster({ ...options, log }, (cluster) => cluster.request(request));
  return arrayAt(list, 'items').map((item) => stringAt(item, 'metadata', 'name') ?? '');
}
