import { readImageStream, type ImageStream } from '../../images/image-stream.ts';
import { hostsOfStream, normalizeHost } from '../../images/registry-hosts.ts';
import { keyOf, type Resource, kindOf } from '../../kube/resource.ts';

/** What a conversion must know of the other resources of the export. */
export interface ExportFacts {
  readonly streams: readonly ImageStream[];
  /** Hosts that streams show to be those of the source's own registry. */
  readonly registryHosts: ReadonlySet<string>;
  readonly service: (namespace: string, name: string) => Resource | undefined;
  /** Whether the export has a resource of that kind, `Deployment.apps`, and name. */
  readonly has: (kind: string, namespace: string, name: string) => boolean;
}

/** Collects the resources that others are judged by. */
export interface Collector extends ExportFacts {
  readonly add: (resource: Resource) => void;
}

const rivals = ['Deployment.apps', 'Ingress.networking.k8s.io', 'HTTPRoute.gateway.networking.k8s.io'];

/** An empty collector; what is added twice counts once. */
export function createCollector(): Collector {
  const streams = new Map<string, ImageStream>();
  const services = new Map<string, Resource>();
  const registryHosts = new Set<string>();
  const names = new Set<string>();
  return {
    get streams() {
      return [...streams.values()];
    },
    registryHosts,
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    has: (kind, namespace, name) => names.has(`${kind} ${namespace}/${name}`),
    add: (resource) => {
      const { namespace, name } = keyOf(resource);
      const place = `${namespace}/${name}`;
      const kind = kindOf(resource);
      if (kind === 'ImageStream.image.openshift.io') {
        streams.set(place, readImageStream(resource));
        for (const host of hostsOfStream(resource)) registryHosts.add(normalizeHost(host));
      }
      if (kind === 'Service') services.set(place, resource);
      if (rivals.includes(kind)) names.add(`${kind} ${place}`);
    },
  };
}
