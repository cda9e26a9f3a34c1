import { arrayAt, stringAt } from '../../core/json-object.ts';
import { isRegistryHost, parseImageReference } from '../../oci/image-reference.ts';

/** The two addresses of a cluster's registry; empty when unknown. */
export interface RegistryAddresses {
  /** As pods name it, for example `image-registry.openshift-image-registry.svc:5000`. */
  readonly internal: string;
  /** As the world outside reaches it, for example the host of the route `default-route`. */
  readonly public: string;
}

export type AddressName = keyof RegistryAddresses;

/** One API object that may tell an address, and how to read it. */
export interface RegistrySource {
  /** Stable code, for reports. */
  readonly id: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What it may tell; it is not asked when these are known. */
  readonly tells: readonly AddressName[];
  /** Empty where the object does not say. */
  readonly read: (answer: unknown) => RegistryAddresses;
}

const images = '/apis/image.openshift.io/v1';
const routes = '/apis/route.openshift.io/v1';
const fewStreams = { limit: '20' };

/**
 * Where OpenShift tells the addresses of its registry, most authoritative first. The first that tells one wins.
 * A plain account may read the streams of namespace `openshift` but neither the configuration nor those routes.
 */
export const registrySources: readonly RegistrySource[] = [
  {
    id: 'image-config',
    path: '/apis/config.openshift.io/v1/images/cluster',
    tells: ['internal', 'public'],
    read: readImageConfig,
  },
  {
    id: 'openshift-streams',
    path: `${images}/namespaces/openshift/imagestreams`,
    query: fewStreams,
    tells: ['internal', 'public'],
    read: readStreams,
  },
  {
    id: 'any-streams',
    path: `${images}/imagestreams`,
    query: fewStreams,
    tells: ['internal', 'public'],
    read: readStreams,
  },
  {
    id: 'default-route',
    path: `${routes}/namespaces/openshift-image-registry/routes/default-route`,
    tells: ['public'],
    read: readRoute,
  },
  {
    id: 'docker-registry-route',
    path: `${routes}/namespaces/default/routes/docker-registry`,
    tells: ['public'],
    read: readRoute,
  },
];

// config.openshift.io/v1 Image: the registry's operator keeps the status, the spec may name more hosts.
function readImageConfig(config: unknown): RegistryAddresses {
  const outside = [
    ...arrayAt(config, 'status', 'externalRegistryHostnames'),
    ...arrayAt(config, 'spec', 'externalRegistryHostnames'),
  ];
  return {
    internal: acceptHost(stringAt(config, 'status', 'internalRegistryHostname')),
    public: outside.map(acceptHost).find((host) => host !== '') ?? '',
  };
}

function readStreams(list: unknown): RegistryAddresses {
  const streams = arrayAt(list, 'items');
  return {
    internal: firstHost(streams, 'dockerImageRepository'),
    public: firstHost(streams, 'publicDockerImageRepository'),
  };
}

function firstHost(streams: readonly unknown[], field: string): string {
  const hosts = streams.map((stream) => parseImageReference(stringAt(stream, 'status', field) ?? '')?.host ?? '');
  return hosts.find((host) => host !== '') ?? '';
}

function readRoute(route: unknown): RegistryAddresses {
  const host = acceptHost(stringAt(arrayAt(route, 'status', 'ingress')[0], 'host'));
  return { internal: '', public: host === '' ? acceptHost(stringAt(route, 'spec', 'host')) : host };
}

// A value that is no host is as good as none: it must not reach a params value or a command line.
function acceptHost(value: unknown): string {
  return typeof value === 'string' && isRegistryHost(value) ? value : '';
}
