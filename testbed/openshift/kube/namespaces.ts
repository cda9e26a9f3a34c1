import { at } from '../json.ts';
import type { KubeClient } from './kube-client.ts';

/** Whether things may be created in a namespace. */
type NamespaceState = 'active' | 'terminating' | 'missing';

/** Answers for namespaces of the cluster. */
export type NamespaceLookup = (name: string) => Promise<NamespaceState>;

/** Looks namespaces up at the API server, since an aggregated server has no admission of its own. */
export function createNamespaceLookup(client: KubeClient): NamespaceLookup {
  return async (name) => {
    const { status, body } = await client.send({ method: 'GET', path: `/api/v1/namespaces/${name}` });
    if (status === 404) return 'missing';
    if (status !== 200) throw new Error(`looking up namespace ${name}: the API server answered ${String(status)}`);
    return at(body, 'metadata', 'deletionTimestamp') === undefined ? 'active' : 'terminating';
  };
}
