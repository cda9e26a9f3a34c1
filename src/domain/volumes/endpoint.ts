import { TaskError } from '../core/errors.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { conditionAt, isCondition } from '../kube/condition.ts';
import type { EndpointType } from './helper-objects.ts';
import { tunnelPort, type TunnelAddress } from './stunnel-config.ts';

export const endpointTypes = [
  'route',
  'nginx-ingress',
  'load-balancer',
  'node-port',
  'port-forward',
  'cluster-ip',
] as const;

export interface EndpointFacts {
  /** As the user asks; undefined to choose. */
  readonly wanted: string | undefined;
  readonly sameCluster: boolean;
  readonly servesRoutes: boolean;
  readonly subdomain: string | undefined;
  /** Objects of kind Node; empty when the account may not list them. */
  readonly nodes: readonly unknown[];
}

/**
 * Chooses how the destination is reached: within one cluster its Service; a Route on OpenShift; an Ingress where a
 * subdomain is given for it; a load balancer where a cloud provider runs the nodes; else a port of the nodes.
 * @throws TaskError `invalid-param`
 */
export function chooseEndpoint({ wanted, sameCluster, servesRoutes, subdomain, nodes }: EndpointFacts): EndpointType {
  const type = endpointTypes.find((each) => each === wanted);
  if (type === 'nginx-ingress' && subdomain === undefined) {
    throw new TaskError('invalid-param', 'choosing the endpoint: nginx-ingress needs a subdomain', {
      remedy: 'Give the param subdomain, whose names lead to the ingress controller.',
    });
  }
  if (type !== undefined) return type;
  if (sameCluster) return 'cluster-ip';
  if (servesRoutes) return 'route';
  if (subdomain !== undefined) return 'nginx-ingress';
  return nodes.some((node) => isCloudNode(node)) ? 'load-balancer' : 'node-port';
}

/** Clouds name their machines `<provider>:///<id>`; kind and k3s do so too and have no load balancer by themselves. */
function isCloudNode(node: unknown): boolean {
  const provider = stringAt(node, 'spec', 'providerID') ?? '';
  return provider !== '' && !/^(kind|k3s):/.test(provider);
}

const httpsPort = 443;

/** The address of a Service of type ClusterIP within its cluster. */
export function serviceAddress(service: unknown): TunnelAddress | undefined {
  const name = stringAt(service, 'metadata', 'name');
  const namespace = stringAt(service, 'metadata', 'namespace');
  return name === undefined || namespace === undefined
    ? undefined
    : checked(`${name}.${namespace}.svc`, tunnelPort, 'Service');
}

/** The address at which the nodes hand on to a Service; `host` when given, else the first ready node's. */
export function nodePortAddress(service: unknown, nodes: readonly unknown[], host?: string): TunnelAddress | undefined {
  const port = valueAt(arrayAt(service, 'spec', 'ports')[0], 'nodePort');
  const reached = host ?? nodeHost(nodes);
  return typeof port !== 'number' || reached === undefined ? undefined : checked(reached, port, 'node');
}

/** The address that a load balancer gave a Service; undefined while there is none. */
export function loadBalancerAddress(service: unknown): TunnelAddress | undefined {
  const entry = arrayAt(service, 'status', 'loadBalancer', 'ingress')[0];
  const host = stringAt(entry, 'hostname') ?? stringAt(entry, 'ip');
  return host === undefined ? undefined : checked(host, tunnelPort, 'load balancer');
}

/** The address at which a router admitted a Route; undefined while none did. */
export function routeAddress(route: unknown): TunnelAddress | undefined {
  const admitted = arrayAt(route, 'status', 'ingress').find((ingress) =>
    arrayAt(ingress, 'conditions').some((condition) => isCondition(condition, 'Admitted', 'True')),
  );
  const host = stringAt(admitted, 'host');
  return host === undefined ? undefined : checked(host, httpsPort, 'Route');
}

/** Why routers refuse a Route; undefined when none does. */
export function routeRefusal(route: unknown): string | undefined {
  const conditions = arrayAt(route, 'status', 'ingress').flatMap((ingress) => arrayAt(ingress, 'conditions'));
  const refusal = conditions.find((condition) => isCondition(condition, 'Admitted', 'False'));
  if (refusal === undefined) return undefined;
  return `${stringAt(refusal, 'reason') ?? 'refused'}: ${stringAt(refusal, 'message') ?? 'no message'}`;
}

/** The address of an Ingress that a controller has taken up; undefined until then. */
export function ingressAddress(ingress: unknown): TunnelAddress | undefined {
  if (arrayAt(ingress, 'status', 'loadBalancer', 'ingress').length === 0) return undefined;
  const host = stringAt(arrayAt(ingress, 'spec', 'rules')[0], 'host');
  return host === undefined ? undefined : checked(host, httpsPort, 'Ingress');
}

function nodeHost(nodes: readonly unknown[]): string | undefined {
  const ready = nodes.find((node) => conditionAt(node, 'Ready', 'True') !== undefined);
  const addresses = arrayAt(ready, 'status', 'addresses');
  for (const type of ['ExternalIP', 'ExternalDNS', 'InternalIP', 'InternalDNS', 'Hostname']) {
    const host = stringAt(
      addresses.find((address) => stringAt(address, 'type') === type),
      'address',
    );
    if (host !== undefined) return host;
  }
  return undefined;
}

/** The host becomes a line of a configuration file: it must be a name or an address and nothing else. */
function checked(host: string, port: number, what: string): TunnelAddress {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})$/.test(host) || /^[0-9A-Fa-f:.]{2,45}$/.test(host)) return { host, port };
  throw new TaskError('cluster-refused', `reading the address of a ${what}: invalid host ${JSON.stringify(host)}`, {
    remedy: 'Give another endpoint-type, or the param endpoint-address.',
  });
}
