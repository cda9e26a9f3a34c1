import { at, listAt, stringAt, type JsonObject } from '../json.ts';
import type { KubeClient, KubeRequest } from '../kube/kube-client.ts';
import { now } from '../images/types.ts';

/** List path of Routes in all namespaces. */
export const routesPath = '/apis/route.openshift.io/v1/routes';

/**
 * Does for one Route what OpenShift's API server and router do: a Route without a host gets `NAME-NAMESPACE.DOMAIN` and the
 * annotation that says so, and the status says that the default router admitted it. Idempotent.
 */
export async function admitRoute(client: KubeClient, route: JsonObject, domain: string): Promise<void> {
  const namespace = stringAt(route, 'metadata', 'namespace') ?? '';
  const name = stringAt(route, 'metadata', 'name') ?? '';
  if (at(route, 'metadata', 'deletionTimestamp') !== undefined) return;
  const path = `/apis/route.openshift.io/v1/namespaces/${namespace}/routes/${name}`;
  const host = stringAt(route, 'spec', 'host') ?? `${name}-${namespace}.${domain}`;
  if (stringAt(route, 'spec', 'host') === undefined) {
    await patch(client, path, { metadata: { annotations: { 'openshift.io/host.generated': 'true' } }, spec: { host } });
  }
  if (listAt(route, 'status', 'ingress').some((ingress) => stringAt(ingress, 'host') === host)) return;
  await patch(client, `${path}/status`, { status: { ingress: [admission(host, domain)] } });
}

function admission(host: string, domain: string): object {
  return {
    host,
    routerName: 'default',
    routerCanonicalHostname: `router-default.${domain}`,
    wildcardPolicy: 'None',
    conditions: [{ type: 'Admitted', status: 'True', lastTransitionTime: now() }],
  };
}

/** A Route that is gone meanwhile needs nothing. */
async function patch(client: KubeClient, path: string, body: object): Promise<void> {
  const request: KubeRequest = { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' };
  const { status } = await client.send(request);
  if (status !== 200 && status !== 404) throw new Error(`patching ${path}: the API server answered ${String(status)}`);
}
