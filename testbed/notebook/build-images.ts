import path from 'node:path';
import { buildImage, insideSite, type BuiltImage } from '../clusters/image-store.ts';
import { debianForBuild } from '../clusters/images.ts';
import { withLock } from '../clusters/lock.ts';
import { repositoryRoot } from '../clusters/places.ts';
import { timed } from '../clusters/progress.ts';
import { backendPort, publicRegistryHost } from '../clusters/sites.ts';

/** `lab`: JupyterLab. `tools`: a shell with GNU tools. The others have less than what reads files of a container usually needs. */
export type SceneImage = 'lab' | 'scratch' | 'busybox' | 'minimal' | 'tools';

/** Certificates of the computer that builds: PyPI can be behind a proxy with its own authority. */
const authorities = '/etc/ssl/certs';

/** The image from the cache, or built from packages of Debian and PyPI. */
function buildSceneImage(name: SceneImage): Promise<BuiltImage> {
  return withLock('images', async () => {
    const folder = path.join(repositoryRoot, 'testbed/notebook/images', name);
    return buildImage({
      name: `notebook-${name}`,
      folder,
      buildArgs: { BASE_IMAGE: await debianForBuild() },
      contexts: { authorities },
    });
  });
}

/**
 * Builds the image and copies it to the public registry, from which both clusters pull without a login.
 * @returns the reference with the digest
 */
export async function publishSceneImage(name: SceneImage): Promise<string> {
  const { layout, tag } = await buildSceneImage(name);
  const repository = `notebook/${name}`;
  const target = `docker://127.0.0.1:${String(backendPort)}/${repository}:${tag}`;
  const options = ['--tls-verify=false', '--format={{.Digest}}'];
  const ask = (): Promise<string> => insideSite('public', 'skopeo', ['inspect', '--no-tags', ...options, target]);
  let digest = await ask().catch(() => '');
  if (digest === '') {
    const copy = ['copy', '--quiet', '--preserve-digests', '--dest-tls-verify=false', `oci:${layout}`, target];
    await timed(`push ${repository}:${tag} to the public registry`, () => insideSite('public', 'skopeo', copy));
    digest = await ask();
  }
  return `${publicRegistryHost}/${repository}@${digest.trim()}`;
}
