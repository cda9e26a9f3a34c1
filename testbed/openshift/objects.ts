import { customResourceDefinitions } from './objects/definitions.ts';
import { roleObjects } from './objects/roles.ts';
import { routeHostPolicy } from './objects/route-host-policy.ts';

/** What the objects of one cluster depend on. */
export interface ObjectsConfig {
  readonly clusterName: string;
  /** Suffix of Route hosts. */
  readonly domain: string;
  /** IPv4 address at which the program's API (8443) and registry (5000) answer pods and the API server. */
  readonly address: string;
  /** PEM text of the authority that signed the API's serving certificate. */
  readonly caBundle: string;
  readonly internalHost: string;
  readonly publicHost: string;
}

const registryNamespace = 'openshift-image-registry';
const apiNamespace = 'openshift-like';

/**
 * Every Kubernetes object of the OpenShift-like part, in the order to apply them (server-side apply). Objects of the kinds
 * that the definitions bring come last: wait for the definitions to be Established, or try again. The `images.config.openshift.io`
 * definition has no status subresource, so a plain apply sets the status of `cluster` too.
 */
export function openshiftObjects(config: ObjectsConfig): object[] {
  return [
    ...['openshift', registryNamespace, apiNamespace, 'openshift-config-managed'].map(namespace),
    ...customResourceDefinitions(),
    ...roleObjects(),
    ...routeHostPolicy(),
    ...outsideService({
      namespace: apiNamespace,
      name: 'openshift-api',
      port: 443,
      targetPort: 8443,
      address: config.address,
    }),
    ...outsideService({
      namespace: registryNamespace,
      name: 'image-registry',
      port: 5000,
      targetPort: 5000,
      address: config.address,
    }),
    apiService(config.caBundle),
    imageConfig(config),
    defaultRoute(config),
  ];
}

function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

interface OutsideService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly address: string;
}

/** A Service without selector and its EndpointSlice: the backend is a process outside the cluster's pods. Port names must agree. */
function outsideService({ namespace, name, port, targetPort, address }: OutsideService): object[] {
  const portName = `${String(targetPort)}-tcp`;
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { ports: [{ name: portName, protocol: 'TCP', port, targetPort }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-outside`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: portName, protocol: 'TCP', port: targetPort }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
  ];
}

function apiService(caBundle: string): object {
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.image.openshift.io' },
    spec: {
      group: 'image.openshift.io',
      version: 'v1',
      groupPriorityMinimum: 9900,
      versionPriority: 15,
      caBundle: Buffer.from(caBundle).toString('base64'),
      service: { namespace: apiNamespace, name: 'openshift-api', port: 443 },
    },
  };
}

function imageConfig({ internalHost, publicHost }: ObjectsConfig): object {
  return {
    apiVersion: 'config.openshift.io/v1',
    kind: 'Image',
    metadata: { name: 'cluster' },
    spec: {},
    status: { internalRegistryHostname: internalHost, externalRegistryHostnames: [publicHost] },
  };
}

function defaultRoute({ publicHost }: ObjectsConfig): object {
  return {
    apiVersion: 'route.openshift.io/v1',
    kind: 'Route',
    metadata: { name: 'default-route', namespace: registryNamespace },
    spec: {
      host: publicHost.replace(/:\d+$/, ''),
      to: { kind: 'Service', name: 'image-registry', weight: 100 },
      tls: { termination: 'reencrypt' },
      wildcardPolicy: 'None',
    },
  };
}
