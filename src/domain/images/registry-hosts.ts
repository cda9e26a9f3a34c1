import { isRegistryHost, parseImageReference, type ImageReference } from '../oci/image-location.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/** What is known of the addresses of one cluster's registry. Empty strings mean unknown and are skipped. */
export interface KnownHosts {
  /** Address inside the cluster, for example `image-registry.openshift-image-registry.svc:5000`. */
  readonly internal: string;
  /** Addresses outside, for example the host of the route `default-route`. */
  readonly public: readonly string[];
  /** Hosts that `hostsOfStream` found in exported ImageStreams. */
  readonly seen?: readonly string[];
}

// The names OpenShift 4 and 3 give their registry, fixed by the platform.
const platformNames = ['image-registry.openshift-image-registry.svc', 'docker-registry.default.svc'];
const platformPort = ':5000';

/**
 * All hosts by which manifests may name a cluster's own registry, as `normalizeHost` writes them.
 * An unknown address adds nothing: it is never a wildcard.
 */
export function internalAliases({ internal, public: outside, seen = [] }: KnownHosts): ReadonlySet<string> {
  const platform = platformNames.flatMap((name) => [name + platformPort, `${name}.cluster.local${platformPort}`]);
  const given = [internal, ...outside, ...seen].filter(isRegistryHost);
  return new Set([...given.flatMap(withClusterDomain), ...platform].map(normalizeHost));
}

/** Whether an image name points at one of the hosts. Compares whole hosts: `…svc:50001` is not `…svc:5000`. */
export function isOnHost(image: string | ImageReference, hosts: ReadonlySet<string>): boolean {
  const host = typeof image === 'string' ? parseImageReference(image)?.host : image.host;
  return host !== undefined && hosts.has(normalizeHost(host));
}

/** A host as it compares: lower case, without the port that HTTPS has anyway. */
export function normalizeHost(host: string): string {
  return host.toLowerCase().replace(/:443$/, '');
}

/**
 * Hosts that an exported ImageStream shows to be the registry of its cluster: those of its own repository names, and
 * the service address that OpenShift 3 wrote into its status (an IPv4 address with port 5000).
 */
export function hostsOfStream(stream: Resource): readonly string[] {
  const own = ['dockerImageRepository', 'publicDockerImageRepository']
    .map((field) => stringAt(stream, 'status', field))
    .filter((name) => name !== undefined)
    .flatMap((name) => parseImageReference(name)?.host ?? []);
  return [...new Set([...own, ...serviceAddresses(stream)])].sort();
}

const serviceAddress = /^\d{1,3}(?:\.\d{1,3}){3}:5000$/;

// A registry elsewhere may have such an address too: it is one when a tag says that it is imported from there.
function serviceAddresses(stream: Resource): readonly string[] {
  const path = `${stream.metadata.namespace ?? ''}/${stream.metadata.name}`;
  const imported = new Set(arrayAt(stream, 'spec', 'tags').map((tag) => hostOf(valueAt(tag, 'from', 'name'))));
  return arrayAt(stream, 'status', 'tags')
    .flatMap((tag) => arrayAt(tag, 'items'))
    .map((item) => parseImageReference(stringAt(item, 'dockerImageReference') ?? ''))
    .flatMap((reference) => (reference?.path === path ? (reference.host ?? []) : []))
    .filter((host) => serviceAddress.test(host) && !imported.has(host));
}

function hostOf(name: unknown): string | undefined {
  return typeof name === 'string' ? parseImageReference(name)?.host : undefined;
}

// `<service>.<namespace>.svc` and its longer form name the same service.
function withClusterDomain(host: string): readonly string[] {
  return [host, host.replace(/^([^:]+\.svc)(:\d+)?$/, '$1.cluster.local$2')];
}
