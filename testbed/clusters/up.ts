import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureAuthority, type KeyPair } from './certificates.ts';
import { ensureControlPlaneCertificates } from './control-plane.ts';
import { ensureApiServer, ensureControllers, type ClusterParts } from './control-plane-processes.ts';
import { waitForDeployments } from './deployments.ts';
import { down } from './down.ts';
import { buildPlatformImages, pushPlatformImages, type BuiltImages, type PlatformImages } from './images.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { adminKubeconfig, applyOnce } from './kubectl.ts';
import { ensureNames } from './names.ts';
import { ensureLinksBetweenSites, ensureNetwork } from './network.ts';
import { ensureNode, waitForNode } from './node.ts';
import { dnsObjects } from './objects/dns.ts';
import { tektonDeployments, tektonObjects } from './objects/tekton.ts';
import { volumeObjects } from './objects/volumes.ts';
import { ensureOpenShift, hasOpenShift } from './openshift.ts';
import { installPackages } from './packages.ts';
import { stateFolder } from './places.ts';
import { isRunning, listProcesses } from './processes.ts';
import { buildPrograms, type Purpose } from './programs.ts';
import { say, timed } from './progress.ts';
import { publishForUsers } from './publish.ts';
import { ensureBackend, ensurePublicRegistry, networkPlace } from './registries.ts';
import { apiServerUrl, clusters, siteFolder, sites, type Cluster } from './sites.ts';

/**
 * Brings up both clusters and the public registry. What runs already, unchanged, is left alone; a process that ended is
 * started again. Clusters of which nothing runs any more, as after a crash of the computer, are made anew: half of what
 * they remember of their pods would be wrong. For the demo there are fewer parts; what other purposes added remains.
 */
export async function up(purpose: Purpose): Promise<void> {
  if (allEnded()) {
    say('      the clusters ended without `down`: making them anew');
    await down();
  }
  const images = await prepare(purpose);
  const authority = await ensureAuthority(authorityFolder(), 'ca');
  await timed('networks', ensureNetworks);
  await timed('registries', () => ensureRegistries(authority));
  await upClusters(images);
  await ensureNames();
  await publishForUsers(authority);
}

/** Installs the packages, and builds the programs and images that the caches lack. */
export async function prepare(purpose: Purpose = 'tests'): Promise<BuiltImages> {
  await installPackages();
  await buildPrograms(purpose);
  return buildPlatformImages(purpose);
}

/** Whether there were clusters, and not one of their processes is left. */
function allEnded(): boolean {
  const records = sites.flatMap((site) => listProcesses(siteFolder(site)));
  return records.length > 0 && !records.some(isRunning);
}

/** Both at once; when one fails the other comes up all the same, so that the diagnosis sees a resting state. */
async function upClusters(images: BuiltImages): Promise<void> {
  const outcomes = await Promise.allSettled(clusters.map((cluster) => upCluster(cluster, images)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function ensureNetworks(): Promise<void> {
  for (const site of sites) await ensureNetwork(site);
  await ensureLinksBetweenSites();
}

async function ensureRegistries(authority: KeyPair): Promise<void> {
  await Promise.all(sites.map(ensureBackend));
  await ensurePublicRegistry(authority);
}

async function upCluster(cluster: Cluster, built: BuiltImages): Promise<void> {
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> => timed(`${cluster.name}: ${name}`, work);
  const parts = await partsOf(cluster);
  await step('API server', () => ensureApiServer(parts));
  await ensureControllers(parts);
  const images = await step('platform images', () => pushPlatformImages(cluster, built));
  await step('node', async () => {
    await ensureNode(parts, images.base);
    await waitForNode(parts);
  });
  await step('objects', () => applyPlatform(cluster, images));
  if (hasOpenShift()) await step('OpenShift-like API', () => ensureOpenShift(parts));
  const deployments = [
    'kube-system/coredns',
    'local-path-storage/local-path-provisioner',
    ...tektonDeployments(images.tekton),
  ];
  await step('deployments', () => waitForDeployments(parts, deployments));
}

async function partsOf(cluster: Cluster): Promise<ClusterParts> {
  const folder = siteFolder(cluster, 'certificates');
  const certificates = await ensureControlPlaneCertificates({
    authorityFolder: authorityFolder(),
    folder,
    addresses: [cluster.address],
  });
  await mkdir(path.dirname(adminKubeconfig(cluster)), { recursive: true });
  const entry = {
    context: cluster.name,
    server: apiServerUrl(cluster),
    caFile: certificates.ca.certFile,
    client: certificates.admin,
  };
  await writeKubeconfig(adminKubeconfig(cluster), [entry]);
  return { cluster, certificates, place: networkPlace(cluster) };
}

async function applyPlatform(cluster: Cluster, images: PlatformImages): Promise<void> {
  const volumes = {
    image: images.localPathProvisioner,
    helperImage: images.base,
    folder: siteFolder(cluster, 'volumes'),
  };
  await applyOnce(cluster, 'dns', dnsObjects(images.coredns));
  await applyOnce(cluster, 'volumes', volumeObjects(volumes));
  if (images.tekton.size === 0) return;
  const authority = await readFile(path.join(authorityFolder(), 'ca.crt'), 'utf8');
  const tekton = { family: cluster.tekton, tekton: images.tekton, shell: images.base, authority };
  await applyOnce(cluster, 'tekton', await tektonObjects(tekton));
}

function authorityFolder(): string {
  return path.join(stateFolder(), 'authority');
}
