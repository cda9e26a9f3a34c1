import path from 'node:path';
import { buildImage, digestOfFolder, loadForBuild, shortDigest, type BuiltImage } from '../clusters/image-store.ts';
import { debianForBuild } from '../clusters/images.ts';
import { withLock } from '../clusters/lock.ts';
import { repositoryRoot } from '../clusters/places.ts';
import { ensureBuilt } from '../clusters/programs.ts';

/** Images for builds with Cloud Native Buildpacks, in the cache. */
export interface BuildpackImages {
  /** Lifecycle and buildpacks; user 1000:1000. */
  readonly builder: BuiltImage;
  /** What built images are based on; user 1001:1000. */
  readonly run: BuiltImage;
}

const buildpacksFolder = path.join(repositoryRoot, 'testbed/buildpacks');
const packsFolder = path.join(buildpacksFolder, 'packs');

/** Builds what the cache lacks, offline except for packages of Debian. */
export async function buildBuildpackImages(): Promise<BuildpackImages> {
  const lifecycle = path.dirname(await ensureBuilt('lifecycle'));
  return withLock('images', () => buildAll(lifecycle));
}

async function buildAll(lifecycle: string): Promise<BuildpackImages> {
  const debian = await debianForBuild();
  const base = await buildImage({
    name: 'buildpacks-base',
    folder: folderOf('base'),
    buildArgs: { BASE_IMAGE: debian },
  });
  const buildArgs = { BASE_IMAGE: await loadForBuild(base) };
  return {
    run: await buildImage({ name: 'buildpacks-run', folder: folderOf('run'), buildArgs }),
    builder: await buildImage({
      name: 'buildpacks-builder',
      folder: folderOf('builder'),
      buildArgs,
      contexts: { lifecycle, packs: packsFolder },
      // The name of the folder with the lifecycle covers its version.
      contentKey: shortDigest([
        lifecycle,
        await digestOfFolder(packsFolder),
        await digestOfFolder(folderOf('builder')),
      ]),
    }),
  };
}

function folderOf(image: string): string {
  return path.join(buildpacksFolder, 'images', image);
}
