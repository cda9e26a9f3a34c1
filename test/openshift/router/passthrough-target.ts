import type { ListenAddress } from '../config.ts';
import { routesPath } from '../cluster/routes.ts';
import { at, isObject, listAt, numberAt, stringAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';

/**
 * Where connections for a host go when a Route of termination passthrough has it: a ready pod of its Service. Undefined when
 * there is no such Route. Throws when no pod can be reached.
 */
export async function findPassthroughTarget(client: KubeClient, host: string): Promise<ListenAddress | undefined> {
  const { body } = await client.send({ method: 'GET', path: routesPath });
  const [route] = listAt(body, 'items')
    .filter(isObject)
    .filter((each) => stringAt(each, 'spec', 'host') === host)
    .toSorted(byAge);
  if (route === undefined || stringAt(route, 'spec', 'tls', 'termination') !== 'passthrough') return undefined;
  const namespace = stringAt(route, 'metadata', 'namespace') ?? '';
  const service = stringAt(route, 'spec', 'to', 'name') ?? '';
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const slices = await client.send({ method: 'GET', path: `${path}?labelSelector=${selector}` });
  for (const slice of listAt(slices.body, 'items')) {
    const address = readyAddress(slice);
    const port = portOf(route, slice);
    if (address !== undefined && port !== undefined) return { address, port };
  }
  const name = stringAt(route, 'metadata', 'name') ?? '';
  throw new Error(`Route ${namespace}/${name}: no ready pod of Service ${service} has its port`);
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

/** A Route names the port of the pods, by its name in the Service or its number; without one it means the first. */
function portOf(route: JsonObject, slice: unknown): number | undefined {
  const ports = listAt(slice, 'ports');
  const wanted = at(route, 'spec', 'port', 'targetPort');
  const isWanted = (port: unknown): boolean =>
    wanted === undefined || at(port, 'name') === wanted || at(port, 'port') === wanted;
  return numberAt(ports.find(isWanted), 'port');
}
