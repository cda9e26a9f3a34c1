import type { ListenAddress } from '../config.ts';
import { routesPath } from '../cluster/routes.ts';
import { at, isObject, listAt, numberAt, stringAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';

/**
 * Where connections for a host go when a Route of termination passthrough has it: address and port of its Service.
 * Undefined when there is no such Route. Throws when its Service cannot be reached.
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
  const answer = await client.send({ method: 'GET', path: `/api/v1/namespaces/${namespace}/services/${service}` });
  const address = stringAt(answer.body, 'spec', 'clusterIP');
  const port = portOf(route, answer.body);
  if (address !== undefined && port !== undefined) return { address, port };
  throw new Error(
    `Route ${namespace}/${stringAt(route, 'metadata', 'name') ?? ''}: Service ${service} has no such port`,
  );
}

/** The oldest Route owns a host that several ask for. */
function byAge(a: JsonObject, b: JsonObject): number {
  const ageOf = (route: JsonObject): string => stringAt(route, 'metadata', 'creationTimestamp') ?? '';
  return ageOf(a).localeCompare(ageOf(b));
}

/** A Route names the port of the pods, by its name or number; without one it means the Service's first. */
function portOf(route: JsonObject, service: unknown): number | undefined {
  const ports = listAt(service, 'spec', 'ports');
  const wanted = at(route, 'spec', 'port', 'targetPort');
  const isWanted = (port: unknown): boolean =>
    wanted === undefined || at(port, 'name') === wanted || at(port, 'targetPort') === wanted;
  return numberAt(ports.find(isWanted), 'port');
}
