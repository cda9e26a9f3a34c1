import path from 'node:path';
import { stateFolder } from './places.ts';

/** The newest Tekton, and the last one with ClusterTasks. */
export type TektonFamily = 'tekton' | 'tekton-0.70';
export type ClusterName = 'source' | 'destination';
export type SiteName = ClusterName | 'public';

/** One computer of the play: a network namespace with an address of its own. */
export interface Site {
  readonly name: SiteName;
  /** Name of the network namespace. */
  readonly network: string;
  readonly number: number;
  /** The site's address on its link to the host. */
  readonly address: string;
  /** The host's end of that link. */
  readonly hostAddress: string;
}

/** A site with a Kubernetes cluster. Its context in kubeconfigs has the cluster's name. */
export interface Cluster extends Site {
  readonly name: ClusterName;
  readonly podNetwork: string;
  /** Parent of all route hosts. */
  readonly domain: string;
  /** The programs of the Tekton release that runs there. */
  readonly tekton: TektonFamily;
}

export const clusters: readonly Cluster[] = [
  {
    ...siteOf('source', 1),
    name: 'source',
    podNetwork: '10.90.1.0/24',
    domain: 'apps.source.test',
    tekton: 'tekton-0.70',
  },
  {
    ...siteOf('destination', 2),
    name: 'destination',
    podNetwork: '10.90.2.0/24',
    domain: 'apps.destination.test',
    tekton: 'tekton',
  },
];

/** Plays the registry that everybody may pull from. */
export const publicSite: Site = siteOf('public', 3);

export const sites: readonly Site[] = [...clusters, publicSite];

export const publicRegistryHost = 'registry.public.test';
export const internalRegistryName = 'image-registry.openshift-image-registry.svc';
export const internalRegistryPort = 5000;
export const backendPort = 5050;
export const apiServerPort = 6443;

/** Host of the route by which a cluster's registry is reached from outside. */
export function publicRegistryRoute(cluster: Cluster): string {
  return `default-route-openshift-image-registry.${cluster.domain}`;
}

/** The site of that name. */
export function siteNamed(name: SiteName): Site {
  return sites.find((site) => site.name === name) ?? publicSite;
}

/** The folder that holds all of a site's state. */
export function siteFolder(site: Site, ...below: readonly string[]): string {
  return path.join(stateFolder(), site.name, ...below);
}

/** Where the registry backend of a site keeps everything. */
export function backendStorage(site: Site): string {
  return siteFolder(site, 'registry');
}

/** The API server's address, the same from the host, from all nodes and from all pods. */
export function apiServerUrl(cluster: Cluster): string {
  return `https://${cluster.address}:${String(apiServerPort)}`;
}

/** Addresses of all names ending in `.test` that are known beforehand. */
export function knownHosts(): Record<string, string> {
  const routes = clusters.map((cluster) => [publicRegistryRoute(cluster), cluster.address] as const);
  return Object.fromEntries([...routes, [publicRegistryHost, publicSite.address]]);
}

function siteOf(name: SiteName, number: number): Site {
  const prefix = `10.89.${String(number)}`;
  return { name, network: `crane-${name}`, number, address: `${prefix}.2`, hostAddress: `${prefix}.1` };
}
