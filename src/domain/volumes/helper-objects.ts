import type { Resource } from '../kube/resource.ts';
import { tunnelPort } from './stunnel-config.ts';
import { placeOf, podSelector, transferLabels, type Role, type Transfer } from './transfer.ts';

/** How the source reaches the destination. */
export type EndpointType = ServiceEndpoint | 'port-forward';

/** Endpoints with a Service before the pod at the destination. */
export type ServiceEndpoint = 'route' | 'nginx-ingress' | 'load-balancer' | 'node-port' | 'cluster-ip';

/** What a helper Job is called once the cluster knows it. */
export interface OwnerJob {
  readonly name: string;
  readonly uid: string;
}

interface Owned {
  readonly transfer: Transfer;
  readonly role: Role;
  readonly owner: OwnerJob;
}

/** Keys, certificates and configuration of one side. `files` by name, as text. */
export function helperSecret(owned: Owned, files: Readonly<Record<string, string>>): Resource {
  return { ...objectOf(owned, 'v1', 'Secret'), type: 'Opaque', immutable: true, stringData: files };
}

const serviceTypes: Readonly<Record<ServiceEndpoint, string>> = {
  route: 'ClusterIP',
  'nginx-ingress': 'ClusterIP',
  'load-balancer': 'LoadBalancer',
  'node-port': 'NodePort',
  'cluster-ip': 'ClusterIP',
};

/** The Service before the pod at the destination. */
export function helperService(owned: Owned, type: ServiceEndpoint): Resource {
  return {
    ...objectOf(owned, 'v1', 'Service'),
    spec: {
      type: serviceTypes[type],
      selector: podSelector(owned.transfer, owned.role),
      ports: [{ name: 'tunnel', port: tunnelPort, targetPort: tunnelPort, protocol: 'TCP' }],
    },
  };
}

/** Lets only the tunnel through to the pod at the destination, whatever other policies of the namespace say. */
export function helperNetworkPolicy(owned: Owned): Resource {
  return {
    ...objectOf(owned, 'networking.k8s.io/v1', 'NetworkPolicy'),
    spec: {
      podSelector: { matchLabels: podSelector(owned.transfer, owned.role) },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: tunnelPort, protocol: 'TCP' }] }],
    },
  };
}

/** A Route that hands the TLS connection through unopened. The router chooses the host unless a subdomain is given. */
export function helperRoute(owned: Owned, subdomain: string | undefined): Resource {
  return {
    ...objectOf(owned, 'route.openshift.io/v1', 'Route'),
    spec: {
      ...(subdomain === undefined ? {} : { host: endpointHost(owned.transfer, subdomain) }),
      port: { targetPort: 'tunnel' },
      tls: { termination: 'passthrough', insecureEdgeTerminationPolicy: 'None' },
      to: { kind: 'Service', name: `${owned.transfer.name}-${owned.role}`, weight: 100 },
    },
  };
}

/** An Ingress that ingress-nginx hands through unopened; its controller must run with --enable-ssl-passthrough. */
export function helperIngress(
  owned: Owned,
  { subdomain, ingressClass }: { readonly subdomain: string; readonly ingressClass: string | undefined },
): Resource {
  const { metadata, ...kind } = objectOf(owned, 'networking.k8s.io/v1', 'Ingress');
  const service = { name: metadata.name, port: { number: tunnelPort } };
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] };
  return {
    ...kind,
    metadata: { ...metadata, annotations: { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' } },
    spec: {
      ...(ingressClass === undefined ? {} : { ingressClassName: ingressClass }),
      rules: [{ host: endpointHost(owned.transfer, subdomain), http }],
    },
  };
}

/** A host name below a subdomain; names of transfers are short enough for a label of a host name. */
function endpointHost({ name }: Transfer, subdomain: string): string {
  return `${name}.${subdomain}`;
}

function objectOf({ transfer, role, owner }: Owned, apiVersion: string, kind: string): Resource {
  // A Job that is deleted in the foreground is gone only when what blocks its deletion is.
  const ownership = { uid: owner.uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion,
    kind,
    metadata: {
      name: `${transfer.name}-${role}`,
      namespace: placeOf(transfer, role).namespace,
      labels: transferLabels(transfer, role),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: owner.name, ...ownership }],
    },
  };
}
