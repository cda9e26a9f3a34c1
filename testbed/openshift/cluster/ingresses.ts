import { at, listAt, stringAt, type JsonObject } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';

/** List path of Ingresses in all namespaces. */
export const ingressesPath = '/apis/networking.k8s.io/v1/ingresses';

/** Whether the router serves it: it must ask to be handed through unopened, as for ingress-nginx with --enable-ssl-passthrough. */
export function isPassthroughIngress(ingress: JsonObject): boolean {
  return stringAt(ingress, 'metadata', 'annotations', 'nginx.ingress.kubernetes.io/ssl-passthrough') === 'true';
}

/** Says in the status of an Ingress that is handed through where the router is, as ingress controllers do. Idempotent. */
export async function admitIngress(client: KubeClient, ingress: JsonObject, domain: string): Promise<void> {
  if (!isPassthroughIngress(ingress) || at(ingress, 'metadata', 'deletionTimestamp') !== undefined) return;
  if (listAt(ingress, 'status', 'loadBalancer', 'ingress').length > 0) return;
  const namespace = stringAt(ingress, 'metadata', 'namespace') ?? '';
  const name = stringAt(ingress, 'metadata', 'name') ?? '';
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}/status`;
  const body = { status: { loadBalancer: { ingress: [{ hostname: `router-default.${domain}` }] } } };
  const { status } = await client.send({
    method: 'PATCH',
    path,
    body,
    contentType: 'application/merge-patch+json',
  });
  // One that is gone meanwhile needs nothing.
  if (status !== 200 && status !== 404) throw new Error(`patching ${path}: the API server answered ${String(status)}`);
}
