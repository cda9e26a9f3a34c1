import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureCertificate, type KeyPair } from './certificates.ts';
import { writeConfigFile } from './config-file.ts';
import { componentKubeconfig, type ClusterParts } from './control-plane-processes.ts';
import { ClusterError } from './errors.ts';
import { applyOnce } from './kubectl.ts';
import { askUrl } from './loopback.ts';
import { repositoryRoot } from './places.ts';
import { assertRunning, ensureProcess } from './processes.ts';
import { networkPlace, waitForPort } from './registries.ts';
import {
  apiServerUrl,
  backendPort,
  internalRegistryName,
  internalRegistryPort,
  knownHosts,
  publicRegistryRoute,
  siteFolder,
  type Cluster,
} from './sites.ts';
import { waitFor } from './wait.ts';

const folder = path.join(repositoryRoot, 'testbed/openshift');
const apiPort = 8443;
const routerPort = 443;
const processName = 'openshift';

/** Starts the OpenShift-like API and registry front of a cluster, and applies the objects that belong to them. */
export async function ensureOpenShift(parts: ClusterParts): Promise<void> {
  const { cluster, certificates } = parts;
  const serving = await servingCertificate(cluster, certificates.ca);
  const config = {
    clusterName: cluster.name,
    domain: cluster.domain,
    kubeconfig: await componentKubeconfig(parts, {
      name: processName,
      user: 'system:openshift-like',
      groups: ['system:masters'],
    }),
    stateFile: siteFolder(cluster, 'openshift', 'state.json'),
    api: { address: cluster.address, port: apiPort, ...serving },
    registry: { address: '0.0.0.0', port: internalRegistryPort, ...serving },
    router: { address: '0.0.0.0', port: routerPort },
    requestHeader: { caFile: certificates.frontProxyCa.certFile, allowedNames: ['front-proxy-client'] },
    backend: `http://127.0.0.1:${String(backendPort)}`,
    ...registryHosts(cluster),
    caFile: certificates.ca.certFile,
    hosts: knownHosts(),
  };
  await mkdir(siteFolder(cluster, 'openshift'), { recursive: true });
  const { file, version } = writeConfigFile(siteFolder(cluster, 'config', 'openshift.json'), config);
  await applyOnce(cluster, processName, await objectsOf(cluster, certificates.ca));
  const command = {
    file: process.execPath,
    args: [path.join(folder, 'main.ts'), '--config', file],
    version: `${version} ${await sourceDigest()}`,
  };
  await ensureProcess(networkPlace(cluster), processName, command);
  for (const port of [apiPort, internalRegistryPort, routerPort]) await waitForPort(cluster, processName, port);
  await waitUntilServed(parts);
}

/** The API server notices its new neighbour some seconds after that listens. */
async function waitUntilServed({ cluster, certificates }: ClusterParts): Promise<void> {
  const url = `${apiServerUrl(cluster)}/apis/image.openshift.io/v1`;
  await waitFor({
    what: `image.openshift.io/v1 of ${cluster.name}`,
    seconds: 60,
    check: async () => {
      assertRunning(siteFolder(cluster), processName);
      const answer = await askUrl(url, { caFile: certificates.ca.certFile, client: certificates.admin });
      if (typeof answer === 'string') return answer;
      return answer.status === 200 ? undefined : `status ${String(answer.status)}`;
    },
  });
}

function registryHosts(cluster: Cluster): { internalHost: string; publicHost: string } {
  return {
    internalHost: `${internalRegistryName}:${String(internalRegistryPort)}`,
    publicHost: publicRegistryRoute(cluster),
  };
}

/** One certificate for the API and all faces of the registry. */
async function servingCertificate(cluster: Cluster, authority: KeyPair): Promise<KeyPair> {
  const services = [internalRegistryName, 'openshift-api.openshift-like.svc'];
  const names = [
    ...services.flatMap((name) => [name, `${name}.cluster.local`]),
    publicRegistryRoute(cluster),
    'localhost',
  ];
  const addresses = [cluster.address, '127.0.0.1'];
  return ensureCertificate(siteFolder(cluster, 'certificates'), `${processName}-serving`, {
    authority,
    commonName: processName,
    names: [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)],
  });
}

async function objectsOf(cluster: Cluster, authority: KeyPair): Promise<readonly object[]> {
  const file = path.join(folder, 'objects.ts');
  const module: unknown = await import(pathToFileURL(file).href);
  if (!hasObjects(module))
    throw new ClusterError('unexpected-content', `loading ${file}: it exports no function openshiftObjects`);
  const caBundle = await readFile(authority.certFile, 'utf8');
  return module.openshiftObjects({
    clusterName: cluster.name,
    domain: cluster.domain,
    address: cluster.address,
    caBundle,
    ...registryHosts(cluster),
  });
}

function hasObjects(module: unknown): module is { openshiftObjects: (config: object) => object[] } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'openshiftObjects' in module &&
    typeof module.openshiftObjects === 'function'
  );
}

/** Changes whenever a source file does, so that the process never runs what the checkout no longer holds. */
async function sourceDigest(): Promise<string> {
  const entries = await readdir(folder, { recursive: true });
  const hash = createHash('sha256');
  for (const name of entries.filter((entry) => entry.endsWith('.ts')).sort())
    hash.update(name).update(await readFile(path.join(folder, name)));
  return hash.digest('hex');
}

/** Whether the checkout holds the OpenShift-like API. */
export function hasOpenShift(): boolean {
  return ['main.ts', 'objects.ts'].every((name) => existsSync(path.join(folder, name)));
}
