import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { ClusterError } from './errors.ts';
import { networkFile } from './network.ts';
import { cacheFolder } from './places.ts';
import { timed } from './progress.ts';
import { runProgram, succeeds } from './run-program.ts';
import { backendPort, backendStorage, siteNamed, type SiteName } from './sites.ts';

/** What an image is built from. */
export interface ImageBuild {
  readonly name: string;
  /** Folder with a Dockerfile and all that it copies. */
  readonly folder: string;
  /** Path of the Dockerfile, where it is not in that folder. */
  readonly file?: string;
  /** Stage of the Dockerfile; absent: the last one. */
  readonly target?: string;
  /** Folders, or images as `container-image://NAME`, that replace stages of the Dockerfile. */
  readonly contexts?: Readonly<Record<string, string>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Stands for the folder's content where reading all of it would take long; without it every file counts. */
  readonly contentKey?: string;
  /** Whether what the Dockerfile begins from may be pulled: only where somebody named it, with its digest. */
  readonly mayPull?: boolean;
  /** As in `linux/arm64`; absent: whatever buildah takes for its own. */
  readonly platform?: string;
  /** `plain` layers take half the time where nobody but the local nodes will ever pull the image. `gzip` is what the world does, and the default. */
  readonly layers?: 'gzip' | 'plain';
}

/** An image in the cache, as an OCI layout with one image. */
export interface BuiltImage {
  readonly name: string;
  /** Digest over everything it was built from; a fit tag. */
  readonly tag: string;
  readonly layout: string;
}

/** Builds with buildah, without pulling anything, unless an image of the same content is in the cache. */
export async function buildImage(build: ImageBuild): Promise<BuiltImage> {
  const contentKey = build.contentKey ?? (await digestOfFolder(build.folder));
  const platform = build.platform === undefined ? [] : [build.platform];
  const tag = shortDigest([contentKey, JSON.stringify(build.buildArgs ?? {}), build.layers ?? 'gzip', ...platform]);
  const image: BuiltImage = { name: build.name, tag, layout: path.join(imagesFolder(), `${build.name}-${tag}`) };
  if (existsSync(image.layout)) {
    const now = new Date();
    await utimes(image.layout, now, now);
    return image;
  }
  await timed(`build image ${build.name}`, () => buildWithBuildah(build, image));
  await removeUnused(imagesFolder(), build.name);
  return image;
}

/** Milliseconds: each change of the programs makes new images of 100 MB. */
const keptUnused = 48 * 3_600_000;

/** Removes the images of a name that were not used for two days. Exported for its test. */
export async function removeUnused(folder: string, name: string): Promise<void> {
  const isOfName = new RegExp(`^${RegExp.escape(name)}-[0-9a-f]{16}$`);
  for (const layout of (await readdir(folder)).filter((each) => isOfName.test(each))) {
    const { mtimeMs } = await stat(path.join(folder, layout));
    if (Date.now() - mtimeMs > keptUnused) await rm(path.join(folder, layout), { recursive: true, force: true });
  }
}

/**
 * Copies a built image to a site's registry backend as `<repository>:<tag>` unless that tag is there with the same digest.
 * Gives the reference by which the site's own nodes pull it.
 */
export async function pushImage(image: BuiltImage, site: SiteName, target: string): Promise<string> {
  const reference = `localhost:${String(backendPort)}/${target}`;
  const args = [
    'copy',
    '--quiet',
    '--preserve-digests',
    '--dest-tls-verify=false',
    `oci:${image.layout}`,
    `docker://${backend(target)}`,
  ];
  if ((await pushedDigest(site, target)) === (await layoutDigest(image))) return reference;
  await timed(`push ${target} to ${site}`, () => insideSite(site, 'skopeo', args));
  return reference;
}

/** Loads an image of the cache into buildah's store, and gives the name by which a Dockerfile's FROM finds it. */
export async function loadForBuild(image: BuiltImage): Promise<string> {
  const name = `localhost/crane-tasks/${image.name}:${image.tag}`;
  if (await inStore(name)) return name;
  await withStore('skopeo', ['copy', '--quiet', `oci:${image.layout}`, inStoreReference(name)]);
  return name;
}

/** Runs a program in the network of a site, where the registry's backend is on loopback. */
export async function insideSite(site: SiteName, file: string, args: readonly string[]): Promise<string> {
  return runProgram('nsenter', [`--net=${networkFile(siteNamed(site))}`, '--', file, ...args]);
}

/** Folder of all cached images. */
export function imagesFolder(): string {
  return path.join(cacheFolder(), 'images');
}

/** The first digits of a digest over texts. */
export function shortDigest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

async function buildWithBuildah(build: ImageBuild, image: BuiltImage): Promise<void> {
  await mkdir(imagesFolder(), { recursive: true });
  // Another process may build the same one meanwhile, and takes its own away when it is done.
  const name = `localhost/crane-tasks/build/${build.name}:${image.tag}-${String(process.pid)}`;
  await buildah(['bud', ...buildOptions(build), '--tag', name, build.folder]);
  const fresh = await mkdtemp(`${image.layout}.`);
  try {
    const accept = build.layers === 'plain' ? ['--dest-oci-accept-uncompressed-layers'] : [];
    await withStore('skopeo', ['copy', '--quiet', ...accept, inStoreReference(name), `oci:${fresh}`]);
    await buildah(['rmi', name]);
    // Another process may have built the same image meanwhile; either will do.
    if (!existsSync(image.layout)) await rename(fresh, image.layout);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** No time gets into an image, so that the same content gives the same digest. */
function buildOptions(build: ImageBuild): readonly string[] {
  const pairs = (option: string, values: Readonly<Record<string, string>> = {}): readonly string[] =>
    Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`]);
  return [
    ...['--isolation=chroot', '--network=host', '--layers=false', '--timestamp=0'],
    ...(build.mayPull === true ? [] : ['--pull-never']),
    ...(build.platform === undefined ? [] : [`--platform=${build.platform}`]),
    ...(build.file === undefined ? [] : [`--file=${build.file}`]),
    ...(build.target === undefined ? [] : [`--target=${build.target}`]),
    ...pairs('--build-context', build.contexts),
    ...pairs('--build-arg', build.buildArgs),
  ];
}

async function buildah(args: readonly string[]): Promise<string> {
  const { root, run } = storeFolders();
  return withStore('buildah', ['--root', root, '--runroot', run, ...args]);
}

/** In a mount namespace of its own, because programs that open the store leave it mounted upon itself. */
async function withStore(file: string, args: readonly string[]): Promise<string> {
  return runProgram('unshare', ['--mount', '--propagation', 'private', '--', file, ...args]);
}

function inStoreReference(name: string): string {
  const { root, run } = storeFolders();
  return `containers-storage:[overlay@${root}+${run}]${name}`;
}

function storeFolders(): { root: string; run: string } {
  return { root: path.join(imagesFolder(), 'store'), run: path.join(imagesFolder(), 'store-run') };
}

/** Asks for this image alone: a list of all fails when another process removes one of them meanwhile. */
async function inStore(name: string): Promise<boolean> {
  const { root, run } = storeFolders();
  const ask = ['buildah', '--root', root, '--runroot', run, 'inspect', '--type', 'image', name];
  return succeeds('unshare', ['--mount', '--propagation', 'private', '--', ...ask]);
}

/** The digest that the backend has under the tag, read from its storage; undefined when there is none. */
async function pushedDigest(site: SiteName, target: string): Promise<string | undefined> {
  const colon = target.lastIndexOf(':');
  const tagFolder = path.join('repositories', target.slice(0, colon), '_manifests/tags', target.slice(colon + 1));
  const file = path.join(backendStorage(siteNamed(site)), 'docker/registry/v2', tagFolder, 'current/link');
  return existsSync(file) ? (await readFile(file, 'utf8')).trim() : undefined;
}

async function layoutDigest(image: BuiltImage): Promise<string> {
  const index: unknown = JSON.parse(await readFile(path.join(image.layout, 'index.json'), 'utf8'));
  const digest = /"digest":"(sha256:[0-9a-f]{64})"/.exec(JSON.stringify(index))?.[1];
  if (digest === undefined)
    throw new ClusterError(
      'unexpected-content',
      `reading ${image.layout}/index.json: no digest in it; remove the folder and build again`,
    );
  return digest;
}

function backend(target: string): string {
  return `127.0.0.1:${String(backendPort)}/${target}`;
}

/** Digest over the paths and the content of all files below a folder. */
export async function digestOfFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(path.relative(folder, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}
