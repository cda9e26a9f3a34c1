import { rm } from 'node:fs/promises';
import path from 'node:path';
import { kubectl } from '../clusters/kubectl.ts';
import { checkoutCacheFolder } from '../clusters/places.ts';
import { clusters, type ClusterName } from '../clusters/sites.ts';
import { clusterNamed } from './probe.ts';
import { recordFile } from './record.ts';

/** Removes namespace shop from one cluster, with its image streams; the platform's image and the definition stay. */
async function removeShop(context: ClusterName): Promise<void> {
  await kubectl(clusterNamed(context), ['delete', 'namespace', 'shop', '--ignore-not-found', '--timeout=120s']);
}

/** Removes the application from both clusters, the definition of its custom resource, and what was noted about its images. */
export async function removeEverything(): Promise<void> {
  for (const cluster of clusters) {
    await removeShop(cluster.name);
    await kubectl(cluster, [
      'delete',
      'customresourcedefinition',
      'catalogs.shop.example.com',
      '--ignore-not-found',
      '--timeout=60s',
    ]);
  }
  await rm(recordFile, { force: true });
  await rm(path.join(checkoutCacheFolder, 'shop'), { recursive: true, force: true });
}
