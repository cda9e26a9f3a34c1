import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { diagnose } from '../clusters/diagnosis.ts';
import { kubectl } from '../clusters/kubectl.ts';
import { withLock } from '../clusters/lock.ts';
import { checkoutCacheFolder } from '../clusters/places.ts';
import { say, timed } from '../clusters/progress.ts';
import { clusters, type Cluster } from '../clusters/sites.ts';
import { waitFor } from '../clusters/wait.ts';
import { apply, prepareAccount, sample, waitForBuilder } from './apply.ts';
import { buildShopImages, shopFolder, type ShopImages } from './build-images.ts';
import { listExpectedImages, platformImages, pushedImages, type ExpectedImage } from './catalog.ts';
import { buildStatus, kustomization, secrets } from './overlay.ts';
import { clusterNamed, formatProbe, probeShop, type ShopProbe } from './probe.ts';
import { pushImages, publishPublicImages } from './publish-images.ts';
import { describeUnready, parseWorkloads, workloadKinds } from './readiness.ts';
import { expectedImages, writeRecord } from './record.ts';
import { describeMissing, readStreams, streamsWithOtherDigests, type WantedDigest } from './streams.ts';

const stampAnnotation = 'shop.example.com/deployed';

/**
 * Brings the sample application up in namespace shop of the source, and on both clusters what does not move with a namespace:
 * the custom resource's definition and the platform's own image. Quick when nothing changed. Gives the proof that it answers.
 * @throws ClusterError `deadline` after events and logs of pods that are not ready were printed
 */
export function deployShop(): Promise<ShopProbe> {
  return withLock('samples', deployOnce);
}

async function deployOnce(): Promise<ShopProbe> {
  const source = clusterNamed('source');
  const images = await buildShopImages();
  const expected = listExpectedImages((recipe) => images(recipe).digest);
  const stamp = await stampOf(expected);
  const known = await probeIfDeployed(source, stamp);
  if (known !== undefined) return known;
  try {
    await deploy(source, images, expected);
    const probe = await waitUntilAnswering();
    await writeRecord(expected);
    await kubectl(source, ['annotate', '--overwrite', 'namespace', 'shop', `${stampAnnotation}=${stamp}`]);
    return probe;
  } catch (error) {
    await diagnose();
    throw error;
  }
}

async function deploy(source: Cluster, images: ShopImages, expected: readonly ExpectedImage[]): Promise<void> {
  await publishPublicImages(images);
  for (const cluster of clusters) await preparePlatform(cluster, images);
  await apply(source, sample('cluster'));
  await waitForBuilder(source, 'shop');
  await removeStaleStreams(source, expected);
  await apply(source, sample('streams'));
  await pushImages(source, 'shop', { images, pushes: pushedImages });
  await waitForStreams(source, 'shop', expected);
  await applySecrets(source);
  await prepareAccount(source);
  await timed('apply the application', () => applyApplication(source, images));
  await waitForWorkloads(source);
}

/** What a cluster has before any application: the definition of the custom resource, and the image in namespace openshift. */
async function preparePlatform(cluster: Cluster, images: ShopImages): Promise<void> {
  await apply(cluster, ['--filename', path.join(shopFolder, 'cluster/catalogs-crd.yaml')]);
  await waitForBuilder(cluster, 'openshift');
  await pushImages(cluster, 'openshift', { images, pushes: platformImages });
  const wanted = platformImages.map(({ recipe, repository, tag }) => ({
    stream: path.basename(repository),
    tag,
    digest: images(recipe).digest,
  }));
  await waitForStreams(cluster, 'openshift', wanted);
}

/** Job templates cannot be changed, so a Job of an older form has to go first; loading the products again does no harm. */
async function applyApplication(source: Cluster, images: ShopImages): Promise<void> {
  const folder = path.join(checkoutCacheFolder, 'shop');
  const base = path.relative(folder, path.join(shopFolder, 'openshift'));
  const digest = (recipe: Parameters<ShopImages>[0]): string => images(recipe).digest;
  const overlay = kustomization(base, {
    backend: digest('backend'),
    loader: digest('loader-1.0'),
    admin: digest('frontend-1.1'),
  });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'kustomization.yaml'), JSON.stringify(overlay, null, 2));
  await kubectl(source, ['delete', 'job', 'seed', '--namespace=shop', '--ignore-not-found', '--timeout=60s']);
  await apply(source, ['--kustomize', folder]);
  const status = JSON.stringify({ status: buildStatus(digest('backend')) });
  await kubectl(source, [
    'patch',
    'builds.build.openshift.io',
    'backend-1',
    '--namespace=shop',
    '--type=merge',
    `--patch=${status}`,
  ]);
}

/** Keeps the values that are there, so that a second deploy does not change the password under a running Redis. */
async function applySecrets(source: Cluster): Promise<void> {
  const found = await kubectl(source, [
    'get',
    'secret',
    'shop-credentials',
    '--namespace=shop',
    '--ignore-not-found',
    '--output=name',
  ]);
  if (found.trim() !== '') return;
  const list = { apiVersion: 'v1', kind: 'List', items: secrets(canary(), canary()) };
  await apply(source, ['--filename=-'], JSON.stringify(list));
}

function canary(): string {
  return `canary-${randomBytes(16).toString('hex')}`;
}

/** A tag is imported once: what an older form of the images left behind has to go first. */
async function removeStaleStreams(source: Cluster, expected: readonly ExpectedImage[]): Promise<void> {
  const streams = await readStreams(source, 'shop');
  const stale = streamsWithOtherDigests(streams, expected);
  if (stale.length === 0) return;
  await kubectl(source, ['delete', 'imagestreams.image.openshift.io', '--namespace=shop', ...stale]);
}

async function waitForStreams(cluster: Cluster, namespace: string, wanted: readonly WantedDigest[]): Promise<void> {
  const check = async (): Promise<string | undefined> => describeMissing(await readStreams(cluster, namespace), wanted);
  await waitFor({ what: `image streams of ${namespace} on ${cluster.name}`, seconds: 120, check });
}

async function waitForWorkloads(source: Cluster): Promise<void> {
  await waitFor({
    what: 'workloads of shop on source',
    seconds: 240,
    check: async () => {
      const list = await kubectl(source, [
        'get',
        workloadKinds,
        '--namespace=shop',
        '--selector=app=shop',
        '--output=json',
      ]);
      return describeUnready(parseWorkloads(JSON.parse(list)));
    },
  });
}

async function waitUntilAnswering(): Promise<ShopProbe> {
  let last = await probeShop('source');
  await waitFor({
    what: `the shop at ${last.url}`,
    seconds: 120,
    check: async () => {
      last = await probeShop('source');
      return last.isHealthy ? undefined : formatProbe(last);
    },
  });
  return last;
}

/** The proof when exactly this was deployed before and still answers. */
async function probeIfDeployed(source: Cluster, stamp: string): Promise<ShopProbe | undefined> {
  const jsonpath = `--output=jsonpath={.metadata.annotations.${stampAnnotation.replaceAll('.', '\\.')}}`;
  const found = await kubectl(source, ['get', 'namespace', 'shop', '--ignore-not-found', jsonpath]);
  if (found !== stamp) return undefined;
  const recorded = await expectedImages().catch(() => undefined);
  if (recorded === undefined) return undefined;
  const probe = await probeShop('source').catch(() => undefined);
  if (probe?.isHealthy === true) return probe;
  say('      the shop was deployed before but does not answer: deploying again');
  return undefined;
}

/** Changes when a manifest or an image does. */
async function stampOf(images: readonly ExpectedImage[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(images));
  const entries = await readdir(shopFolder, { recursive: true });
  for (const name of entries.filter((entry) => entry.endsWith('.yaml')).sort()) {
    hash.update(name).update(await readFile(path.join(shopFolder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
