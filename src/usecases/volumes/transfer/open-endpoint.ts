import { TaskError } from '../../../domain/core/errors.ts';
import { arrayAt, stringAt } from '../../../domain/core/json-object.ts';
import {
  ingressAddress,
  loadBalancerAddress,
  nodePortAddress,
  routeAddress,
  routeRefusal,
  serviceAddress,
} from '../../../domain/volumes/endpoint.ts';
import {
  helperIngress,
  helperRoute,
  helperService,
  type EndpointType,
  type OwnerJob,
} from '../../../domain/volumes/helper-objects.ts';
import { relayPorts, type ListenAddress, type TunnelAddress } from '../../../domain/volumes/stunnel-config.ts';
import { describeClaim, type Transfer } from '../../../domain/volumes/transfer.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { findObject, getObject } from '../../cluster/find-object.ts';
import { createObject } from '../../cluster/write-object.ts';
import type { WaitPorts } from './ports.ts';

export interface EndpointOptions {
  readonly type: EndpointType;
  readonly subdomain: string | undefined;
  readonly ingressClass: string | undefined;
  /** Host that leads to the nodes; undefined to take a node's own address. */
  readonly address: string | undefined;
  readonly timeoutSeconds: number;
  readonly nodes: readonly unknown[];
}

type ServerKind = 'services' | 'routes' | 'ingresses';

/** A label of a host name, which routers make of name and namespace of a Route. */
const longestLabel = 63;

/** Makes the server reachable, and waits for its address. @throws TaskError `timeout`, `cluster-refused` */
export async function openEndpoint(
  transfer: Transfer,
  owner: OwnerJob,
  { options, ports }: { readonly options: EndpointOptions; readonly ports: WaitPorts },
): Promise<{ readonly address: TunnelAddress; readonly listen: ListenAddress }> {
  // The pods are reached through the API servers: nothing else needs to connect to them.
  if (options.type === 'port-forward') {
    return { listen: '127.0.0.1', address: { host: '127.0.0.1', port: relayPorts.tunnel } };
  }
  const { destination: cluster } = ports;
  const owned = { transfer, role: 'server', owner } as const;
  const { namespace } = transfer.destination;
  const create = (collection: ServerKind, body: unknown): Promise<unknown> =>
    createObject(cluster, { kind: knownKinds[collection], namespace, body });
  const service = await create('services', helperService(owned, options.type));
  const listen = arrayAt(service, 'spec', 'ipFamilies')[0] === 'IPv6' ? '::' : '0.0.0.0';
  const name = `${transfer.name}-server`;
  switch (options.type) {
    case 'cluster-ip':
      return { listen, address: known(serviceAddress(service), transfer) };
    case 'node-port':
      return { listen, address: known(nodePortAddress(service, options.nodes, options.address), transfer) };
    case 'load-balancer':
      return { listen, address: await waitFor('services', loadBalancerAddress) };
    case 'route':
      await create('routes', helperRoute(owned, await routeSubdomain(cluster, transfer, options.subdomain)));
      return { listen, address: await waitFor('routes', admittedAddress) };
    case 'nginx-ingress':
      await create('ingresses', helperIngress(owned, { ...options, subdomain: options.subdomain ?? '' }));
      return { listen, address: await waitFor('ingresses', ingressAddress) };
  }

  async function waitFor(
    collection: ServerKind,
    read: (object: unknown) => TunnelAddress | undefined,
  ): Promise<TunnelAddress> {
    const ref = { kind: knownKinds[collection], namespace, name };
    const until = ports.now() + options.timeoutSeconds * 1000;
    for (;;) {
      const address = read(await getObject(cluster, ref));
      if (address !== undefined) return address;
      if (ports.now() >= until) throw noAddress(transfer, options);
      await ports.keepAlive();
      await ports.pause();
    }
  }
}

function admittedAddress(route: unknown): TunnelAddress | undefined {
  const refusal = routeRefusal(route);
  if (refusal === undefined) return routeAddress(route);
  const message = `opening the endpoint of a volume transfer: no router takes the Route: ${refusal}`;
  throw new TaskError('cluster-refused', message, {
    remedy: 'Give the param subdomain with names that a router serves, or another endpoint-type.',
  });
}

/** Where name and namespace together are too long, the host is named after the run alone. */
async function routeSubdomain(
  cluster: Cluster,
  { name, destination }: Transfer,
  wanted: string | undefined,
): Promise<string | undefined> {
  if (wanted !== undefined || `${name}-server-${destination.namespace}`.length <= longestLabel) return wanted;
  const config = await findObject(cluster, { kind: knownKinds.ingressConfigs, namespace: '', name: 'cluster' });
  return stringAt(config, 'spec', 'domain');
}

function known(address: TunnelAddress | undefined, { destination }: Transfer): TunnelAddress {
  if (address !== undefined) return address;
  const problem = 'no node of the destination has an address';
  throw new TaskError('cluster-refused', `opening the endpoint of ${describeClaim(destination)}: ${problem}`, {
    remedy: 'Give the param endpoint-address: a host name or address that leads to the nodes.',
  });
}

function noAddress({ destination }: Transfer, { type, timeoutSeconds }: EndpointOptions): TaskError {
  const problem = `${type} got no address in ${String(timeoutSeconds)} s`;
  return new TaskError('timeout', `opening the endpoint of ${describeClaim(destination)}: ${problem}`, {
    remedy: 'Look at the controller that gives addresses, raise endpoint-timeout, or choose another endpoint-type.',
  });
}
