import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { KeyPair } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { checkoutCacheFolder } from './places.ts';
import { apiServerUrl, clusters, siteFolder } from './sites.ts';

/** Writes what users and tests read into the checkout: `.cache/kubeconfig` with one context for each cluster, and `.cache/ca.crt`. */
export async function publishForUsers(authority: KeyPair): Promise<void> {
  await mkdir(checkoutCacheFolder, { recursive: true });
  const entries = clusters.map((cluster) => {
    const admin = siteFolder(cluster, 'certificates', 'admin');
    const client = { certFile: `${admin}.crt`, keyFile: `${admin}.key` };
    return { context: cluster.name, server: apiServerUrl(cluster), caFile: authority.certFile, client };
  });
  await writeKubeconfig(path.join(checkoutCacheFolder, 'kubeconfig'), entries);
  await copyFile(authority.certFile, path.join(checkoutCacheFolder, 'ca.crt'));
}
