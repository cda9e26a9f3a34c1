import type { Reason } from '../../reports/reasons.ts';
import { arrayAt, stringAt } from '../../core/json-object.ts';
import type { Redactor } from '../../core/secret.ts';
import { parseListPage, type Asked } from '../../kube/api-answer.ts';
import { checkObject, unexpectedObject, type ExpectedObject } from '../../kube/expected-object.ts';
import { isRegistryHost, parseImageReference } from '../../oci/image-location.ts';

/** The two addresses of a cluster's registry, as far as they are known. */
export interface RegistryAddresses {
  /** As pods name it, for example `image-registry.openshift-image-registry.svc:5000`. */
  readonly internal?: string | undefined;
  /** As the world outside reaches it, for example the host of the route `default-route`. */
  readonly public?: string | undefined;
}

export type AddressName = keyof RegistryAddresses;

/** One API object that may have an address, and how to read it. */
export interface RegistrySource {
  /** Code for reports. */
  readonly id: Reason<'registryInfo'>;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What the answer must be; without a name, what each object of the list must be. Any namespace: undefined. */
  readonly expected: Omit<ExpectedObject, 'namespace'> & { readonly namespace: string | undefined };
  /** The addresses that it may have; it is not asked when these are known. */
  readonly provides: readonly AddressName[];
  readonly read: (answer: unknown) => RegistryAddresses;
}

const images = '/apis/image.openshift.io/v1';
const routes = '/apis/route.openshift.io/v1';
const fewStreams = { limit: '20' };
const stream = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream' };
const route = { apiVersion: 'route.openshift.io/v1', kind: 'Route' };

/**
 * Where OpenShift has the addresses of its registry, most authoritative first. The first address found is used. A plain
 * account may read the streams of namespace `openshift` but neither the configuration nor those routes.
 */
export const registrySources: readonly RegistrySource[] = [
  {
    id: 'image-config',
    path: '/apis/config.openshift.io/v1/images/cluster',
    expected: { apiVersion: 'config.openshift.io/v1', kind: 'Image', namespace: '', name: 'cluster' },
    provides: ['internal', 'public'],
    read: readImageConfig,
  },
  {
    id: 'openshift-streams',
    path: `${images}/namespaces/openshift/imagestreams`,
    query: fewStreams,
    expected: { ...stream, namespace: 'openshift' },
    provides: ['internal', 'public'],
    read: readStreams,
  },
  {
    id: 'any-streams',
    path: `${images}/imagestreams`,
    query: fewStreams,
    expected: { ...stream, namespace: undefined },
    provides: ['internal', 'public'],
    read: readStreams,
  },
  {
    id: 'default-route',
    path: `${routes}/namespaces/openshift-image-registry/routes/default-route`,
    expected: { ...route, namespace: 'openshift-image-registry', name: 'default-route' },
    provides: ['public'],
    read: readRoute,
  },
  {
    id: 'docker-registry-route',
    path: `${routes}/namespaces/default/routes/docker-registry`,
    expected: { ...route, namespace: 'default', name: 'docker-registry' },
    provides: ['public'],
    read: readRoute,
  },
];

/**
 * Reads what a server answered for a source.
 * @throws TaskError `unexpected-object` for another object, `cluster-refused` for an answer that is not the list
 */
export function readSource(
  { expected, read }: RegistrySource,
  answer: unknown,
  { asked, redactor }: { readonly asked: Asked; readonly redactor: Redactor },
): RegistryAddresses {
  const values = expected.name === undefined ? parseListPage(answer, asked).items : [answer];
  for (const value of values) {
    const namespace = expected.namespace ?? stringAt(value, 'metadata', 'namespace') ?? '';
    const { unexpected } = checkObject(value, { ...expected, namespace }, redactor);
    if (unexpected !== undefined) throw unexpectedObject(asked, unexpected);
  }
  return read(answer);
}

// config.openshift.io/v1 Image: the registry's operator keeps the status, the spec may name more hosts.
function readImageConfig(config: unknown): RegistryAddresses {
  const outside = [
    ...arrayAt(config, 'status', 'externalRegistryHostnames'),
    ...arrayAt(config, 'spec', 'externalRegistryHostnames'),
  ];
  return {
    internal: acceptHost(stringAt(config, 'status', 'internalRegistryHostname')),
    public: outside.map(acceptHost).find((host) => host !== undefined),
  };
}

function readStreams(list: unknown): RegistryAddresses {
  const streams = arrayAt(list, 'items');
  return {
    internal: firstHost(streams, 'dockerImageRepository'),
    public: firstHost(streams, 'publicDockerImageRepository'),
  };
}

function firstHost(streams: readonly unknown[], field: string): string | undefined {
  return streams.flatMap((stream) => parseImageReference(stringAt(stream, 'status', field) ?? '')?.host ?? []).at(0);
}

function readRoute(route: unknown): RegistryAddresses {
  const admitted = acceptHost(stringAt(arrayAt(route, 'status', 'ingress')[0], 'host'));
  return { public: admitted ?? acceptHost(stringAt(route, 'spec', 'host')) };
}

// An invalid host counts as none: it must not reach a params value or a command line.
function acceptHost(value: unknown): string | undefined {
  return typeof value === 'string' && isRegistryHost(value) ? value : undefined;
}
