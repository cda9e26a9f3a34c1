import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { insideSite } from '../clusters/image-store.ts';
import { kubectl } from '../clusters/kubectl.ts';
import { namesArgument } from '../clusters/names.ts';
import { checkoutCacheFolder } from '../clusters/places.ts';
import { timed } from '../clusters/progress.ts';
import { runProgram } from '../clusters/run-program.ts';
import { backendPort, publicRegistryRoute, type Cluster } from '../clusters/sites.ts';
import type { ShopImages } from './build-images.ts';
import { publicImages, type Publication } from './catalog.ts';
import { hasInHistory, readStreams } from './streams.ts';

/** Copies the public images to the public registry, whose storage takes pushes from inside its own network only. */
export async function publishPublicImages(images: ShopImages): Promise<void> {
  for (const { recipe, repository, tag } of publicImages) {
    const target = `127.0.0.1:${String(backendPort)}/${repository}:${tag}`;
    const digest = await insideSite('public', 'skopeo', [
      'inspect',
      '--tls-verify=false',
      '--format={{.Digest}}',
      `docker://${target}`,
    ]).catch(() => '');
    if (digest.trim() === images(recipe).digest) continue;
    await timed(`push ${repository}:${tag} to the public registry`, async () => {
      await insideSite('public', 'skopeo', [
        'copy',
        '--quiet',
        '--dest-tls-verify=false',
        `oci:${images(recipe).layout}`,
        `docker://${target}`,
      ]);
    });
  }
}

/**
 * Pushes images to a cluster's registry by its public address, as the namespace's service account `builder`, in the order given.
 * What a stream's history has is not pushed again, so that the history keeps its order.
 */
export async function pushImages(
  cluster: Cluster,
  namespace: string,
  work: { images: ShopImages; pushes: readonly Publication[] },
): Promise<void> {
  const streams = await readStreams(cluster, namespace);
  const missing = work.pushes.filter(({ recipe, repository, tag }) => {
    const stream = repository.slice(namespace.length + 1);
    return !hasInHistory(streams, { stream, tag, digest: work.images(recipe).digest });
  });
  if (missing.length === 0) return;
  for (const { recipe, repository, tag } of missing) {
    await pushLayout(cluster, { namespace, layout: work.images(recipe).layout, name: `${repository}:${tag}` });
  }
}

/** Pushes one OCI layout as `namespace/name:tag` to a cluster's registry by its public address. */
export async function pushLayout(
  cluster: Cluster,
  { namespace, layout, name }: { namespace: string; layout: string; name: string },
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'push-'));
  try {
    await writeLogin(folder, cluster, namespace);
    const target = `${publicRegistryRoute(cluster)}/${name}`;
    await timed(`push ${target}`, () => push(folder, layout, target));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The token goes to a file that only this user reads: arguments are seen by everybody. */
async function writeLogin(folder: string, cluster: Cluster, namespace: string): Promise<void> {
  const token = await kubectl(cluster, ['create', 'token', 'builder', `--namespace=${namespace}`, '--duration=1h']);
  const auth = Buffer.from(`builder:${token.trim()}`).toString('base64');
  const login = { auths: { [publicRegistryRoute(cluster)]: { auth } } };
  await writeFile(path.join(folder, 'auth.json'), JSON.stringify(login), { mode: 0o600 });
  await mkdir(path.join(folder, 'certificates'));
  await copyFile(path.join(checkoutCacheFolder, 'ca.crt'), path.join(folder, 'certificates/ca.crt'));
}

/** With `--all` an index keeps all its platforms, and so its digest. */
async function push(folder: string, layout: string, target: string): Promise<void> {
  const login = [
    `--dest-authfile=${path.join(folder, 'auth.json')}`,
    `--dest-cert-dir=${path.join(folder, 'certificates')}`,
  ];
  const copy = [
    'skopeo',
    'copy',
    '--quiet',
    '--all',
    '--preserve-digests',
    ...login,
    `oci:${layout}`,
    `docker://${target}`,
  ];
  await runProgram('nsenter', [namesArgument(), '--', ...copy]);
}
