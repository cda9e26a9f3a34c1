import type { ListenAddress } from '../config.ts';
import { ingressesPath, isPassthroughIngress } from '../cluster/ingresses.ts';
import { routesPath } from '../cluster/routes.ts';
import { at, isObject, listAt, numberAt, stringAt, type JsonObject } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';

/** The Service behind a host, and which of its ports: a port of the pods, by its name or number. Undefined: the first. */
interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  readonly port: unknown;
}

/**
 * Where connections for a host go when a Route of termination passthrough or an Ingress with the annotation of
 * ingress-nginx for it has the host: a ready pod of its Service. Undefined when there is neither. Throws when no pod can
 * be reached.
 */
export async function findPassthroughTarget(client: KubeClient, host: string): Promise<ListenAddress | undefined> {
  const backend = (await findRouted(client, host)) ?? (await findIngressed(client, host));
  if (backend === undefined) return undefined;
  const { namespace, service } = backend;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const slices = await client.send({ method: 'GET', path: `${path}?labelSelector=${selector}` });
  for (const slice of listAt(slices.body, 'items')) {
    const address = readyAddress(slice);
    const port = portOf(backend, slice);
    if (address !== undefined && port !== undefined) return { address, port };
  }
  throw new Error(`routing ${host}: no ready pod of Service ${namespace}/${service} has its port`);
}

async function findRouted(client: KubeClient, host: string): Promise<ServicePort | undefined> {
  const { body } = await client.send({ method: 'GET', path: routesPath });
  const [route] = listAt(body, 'items')
    .filter(isObject)
    .filter((each) => stringAt(each, 'spec', 'host') === host)
    .toSorted(byAge);
  if (stringAt(route, 'spec', 'tls', 'termination') !== 'passthrough') return undefined;
  return {
    namespace: stringAt(route, 'metadata', 'namespace') ?? '',
    service: stringAt(route, 'spec', 'to', 'name') ?? '',
    port: at(route, 'spec', 'port', 'targetPort'),
  };
}

/** An Ingress names the port of the Service, and only the Service knows which of the pods' ports that is. */
async function findIngressed(client: KubeClient, host: string): Promise<ServicePort | undefined> {
  const { body } = await client.send({ method: 'GET', path: ingressesPath });
  for (const ingress of listAt(body, 'items').filter(isObject).filter(isPassthroughIngress)) {
    const rule = listAt(ingress, 'spec', 'rules').find((each) => stringAt(each, 'host') === host);
    const backend = at(listAt(rule, 'http', 'paths')[0], 'backend', 'service');
    const service = stringAt(backend, 'name');
    if (service === undefined) continue;
    const namespace = stringAt(ingress, 'metadata', 'namespace') ?? '';
    const found = await client.send({ method: 'GET', path: `/api/v1/namespaces/${namespace}/services/${service}` });
    const wanted = at(backend, 'port', 'number') ?? at(backend, 'port', 'name');
    const ports = listAt(found.body, 'spec', 'ports');
    const port = ports.find((each) => at(each, 'port') === wanted || at(each, 'name') === wanted);
    return { namespace, service, port: at(port, 'name') ?? at(port, 'targetPort') };
  }
  return undefined;
}

/** The oldest Route owns a host that several ask for. */
function byAge(a: JsonObject, b: JsonObject): number {
  const ageOf = (route: JsonObject): string => stringAt(route, 'metadata', 'creationTimestamp') ?? '';
  return ageOf(a).localeCompare(ageOf(b));
}

function readyAddress(slice: unknown): string | undefined {
  const ready = listAt(slice, 'endpoints').find((endpoint) => at(endpoint, 'conditions', 'ready') !== false);
  const address = listAt(ready, 'addresses')[0];
  return typeof address === 'string' ? address : undefined;
}

function portOf({ port: wanted }: ServicePort, slice: unknown): number | undefined {
  const isWanted = (port: unknown): boolean =>
    wanted === undefined || at(port, 'name') === wanted || at(port, 'port') === wanted;
  return numberAt(listAt(slice, 'ports').find(isWanted), 'port');
}
