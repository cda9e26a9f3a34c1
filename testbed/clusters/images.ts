import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildImage, imagesFolder, loadForBuild, pushImage, shortDigest, type BuiltImage } from './image-store.ts';
import { repositoryRoot } from './places.ts';
import { families, familiesFor, programPath, type FamilyName, type Purpose } from './programs.ts';
import { timed } from './progress.ts';
import { runProgram } from './run-program.ts';
import type { Cluster, TektonFamily } from './sites.ts';

/** The platform's own images; `T` is what is known of each. */
interface Images<T> {
  /** Debian with git and tini, which also keeps pod sandboxes alive. */
  readonly base: T;
  readonly coredns: T;
  readonly localPathProvisioner: T;
}

export interface BuiltImages extends Images<BuiltImage> {
  /** Programs of each Tekton release by their name. */
  readonly tekton: ReadonlyMap<TektonFamily, ReadonlyMap<string, BuiltImage>>;
}

/** References by which a cluster's nodes pull the images. */
export interface PlatformImages extends Images<string> {
  /** Programs of the cluster's Tekton by their name; empty where it has none. */
  readonly tekton: ReadonlyMap<string, string>;
}

const debianSuite = 'trixie';
const debianMirror = 'http://deb.debian.org/debian';
const debianOptions = [
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/locale/*',
];

const tektonReleases = ['tekton', 'tekton-0.70'] as const satisfies readonly TektonFamily[];

/** The programs that the nodes run for each Tekton release. */
const tektonPrograms: Readonly<Record<TektonFamily, readonly FamilyName[]>> = {
  tekton: ['tekton', 'tekton-resolvers'],
  'tekton-0.70': ['tekton-0.70'],
};

/** Builds the platform images for the purpose that are not in the cache. */
export async function buildPlatformImages(purpose: Purpose = 'tests'): Promise<BuiltImages> {
  const base = await buildBaseImage();
  const wanted = familiesFor(purpose);
  const tekton = new Map<TektonFamily, ReadonlyMap<string, BuiltImage>>();
  for (const release of tektonReleases) {
    const images = new Map<string, BuiltImage>();
    for (const family of tektonPrograms[release].filter((name) => wanted.includes(name)))
      for (const [program, image] of await buildTektonImages(family, base)) images.set(program, image);
    tekton.set(release, images);
  }
  return {
    base,
    coredns: await buildProgramImage(programPath('coredns'), 'coredns', { from: 'scratch', folder: '/' }),
    localPathProvisioner: await buildProgramImage(programPath('local-path-provisioner'), 'local-path-provisioner', {
      from: 'scratch',
      folder: '/',
    }),
    tekton,
  };
}

/** Pushes to the cluster's backend what it needs and does not have. */
export async function pushPlatformImages(cluster: Cluster, built: BuiltImages): Promise<PlatformImages> {
  const push = (image: BuiltImage): Promise<string> =>
    pushImage(image, cluster.name, `platform/${image.name}:${image.tag}`);
  const tekton = new Map<string, string>();
  for (const [program, image] of built.tekton.get(cluster.tekton) ?? []) tekton.set(program, await push(image));
  return {
    base: await push(built.base),
    coredns: await push(built.coredns),
    localPathProvisioner: await push(built.localPathProvisioner),
    tekton,
  };
}

/** Plain Debian with CA certificates and apt, the ground of every image built here. Made by mmdebstrap once, then from the cache. */
async function buildDebianImage(): Promise<BuiltImage> {
  const tag = shortDigest([debianSuite, debianMirror, ...debianOptions]);
  const folder = path.join(imagesFolder(), `debian-${tag}-context`);
  const archive = path.join(folder, 'debian.tar');
  await mkdir(folder, { recursive: true });
  if (!existsSync(archive)) await timed(`make Debian ${debianSuite}`, () => bootstrapDebian(archive));
  await writeFile(path.join(folder, 'Dockerfile'), 'FROM scratch\nADD debian.tar /\nCMD ["/bin/bash"]\n');
  return buildImage({ name: 'debian', folder, contentKey: tag, layers: 'plain' });
}

/** The name by which a Dockerfile's `FROM ${BASE_IMAGE}` finds plain Debian in the local image store. */
export async function debianForBuild(): Promise<string> {
  return loadForBuild(await buildDebianImage());
}

/** Debian with git and tini: shell image of Tekton, sandbox of pods, helper of the volume provisioner. */
async function buildBaseImage(): Promise<BuiltImage> {
  const folder = path.join(repositoryRoot, 'testbed/clusters/images/base');
  const debian = await buildDebianImage();
  return buildImage({ name: 'base', folder, buildArgs: { BASE_IMAGE: await loadForBuild(debian) }, layers: 'plain' });
}

async function buildTektonImages(family: FamilyName, base: BuiltImage): Promise<ReadonlyMap<string, BuiltImage>> {
  const images = new Map<string, BuiltImage>();
  for (const program of families[family].programs) {
    // Resolvers call git and are started by tini; all other programs need nothing beside them.
    const from = program === 'resolvers' ? await loadForBuild(base) : 'scratch';
    images.set(
      program,
      await buildProgramImage(programPath(program, family), `tekton-${program}`, { from, folder: '/ko-app/' }),
    );
  }
  return images;
}

/** One program on a ground, as its entrypoint, run by the user that distroless images call nonroot. */
async function buildProgramImage(
  built: string,
  name: string,
  place: { from: string; folder: string },
): Promise<BuiltImage> {
  const program = path.basename(built);
  const file = `${place.folder}${program}`;
  const dockerfile = `FROM ${place.from}\nCOPY ${program} ${file}\nUSER 65532:65532\nENV PATH=/ko-app:/usr/sbin:/usr/bin:/sbin:/bin\nENTRYPOINT ["${file}"]\n`;
  await mkdir(imagesFolder(), { recursive: true });
  const context = await mkdtemp(path.join(imagesFolder(), 'context-'));
  try {
    await writeFile(path.join(context, 'Dockerfile'), dockerfile);
    await linkOrCopy(built, path.join(context, program));
    return await buildImage({
      name,
      folder: context,
      contentKey: shortDigest([path.dirname(built), dockerfile]),
      layers: 'plain',
    });
  } finally {
    await rm(context, { recursive: true });
  }
}

async function bootstrapDebian(archive: string): Promise<void> {
  const fresh = path.join(path.dirname(archive), 'unfinished.tar');
  const options = debianOptions.map((option) => `--dpkgopt=${option}`);
  await runProgram('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    '--include=ca-certificates',
    ...options,
    debianSuite,
    fresh,
    debianMirror,
  ]);
  await rename(fresh, archive);
}

/** Programs are large: a second name costs nothing where cache and context share a file system. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}
