import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { version } from '../../src/runtime/version.ts';
import { buildImage, loadForBuild, type BuiltImage } from '../../testbed/clusters/image-store.ts';
import { debianForBuild } from '../../testbed/clusters/images.ts';
import { checkoutCacheFolder, repositoryRoot } from '../../testbed/clusters/places.ts';
import { makeRunnerContext, makeRuntimeContext, makeTransferContext } from '../image-context.ts';
import { bundledPackages } from './bundled-packages.ts';
import {
  debianComponent,
  formatContents,
  goComponents,
  nodeComponent,
  npmComponents,
  parseControlFiles,
} from './contents.ts';
import { readFromLayers } from './layouts.ts';
import { ownPlatform, programsOf, type Platform } from './programs-of-platform.ts';

/** An image and the list of what is in it, which it holds too. */
export interface ListedImage extends BuiltImage {
  readonly contents: string;
}

/** Images that Tasks and their helper pods run on. */
export const imageNames = ['task-runner', 'transfer'] as const;
export type ImageName = (typeof imageNames)[number];

/** The image in which packages are unpacked, where one is named: with its digest, since what is built depends on its tools. */
const givenBase = process.env['BASE_IMAGE'] ?? '';
const mayPull = givenBase !== '';

/** Builds an image for a platform from the present bundle. Nothing of another platform is run for it. */
export async function buildListedImage(name: ImageName, platform: Platform): Promise<ListedImage> {
  const programs = await programsOf(platform);
  const runtime = await buildRuntime(platform);
  const below = name === 'transfer' ? await buildTransferRuntime(platform, runtime) : runtime;
  const packages = parseControlFiles(await readFromLayers(below.layout, 'var/lib/dpkg/status.d/*'));
  const contents = formatContents({ name, version }, [
    ...packages.map(debianComponent),
    ...goComponents((await execa('go', ['version', '-m', programs.kubectl])).stdout),
    ...npmComponents(await readFile(join(repositoryRoot, 'package-lock.json'), 'utf8'), await bundledPackages()),
    nodeComponent(programs.nodeVersion),
  ]);
  const folder = contextFolder(name, platform);
  await makeRunnerContext(folder, contents);
  const buildArgs = { BASE_IMAGE: await loadForBuild(below) };
  return { ...(await buildImage({ name, folder, platform, buildArgs })), contents };
}

async function buildRuntime(platform: Platform): Promise<BuiltImage> {
  const folder = contextFolder('task-runtime', platform);
  await makeRuntimeContext(folder, await programsOf(platform));
  return buildImage({ name: 'task-runtime', folder, platform, mayPull, buildArgs: await collectArgs(platform) });
}

async function buildTransferRuntime(platform: Platform, runtime: BuiltImage): Promise<BuiltImage> {
  const folder = contextFolder('transfer-runtime', platform);
  await makeTransferContext(folder);
  const buildArgs = { ...(await collectArgs(platform)), RUNTIME_IMAGE: await loadForBuild(runtime) };
  return buildImage({ name: 'transfer-runtime', folder, platform, mayPull, buildArgs });
}

async function collectArgs(platform: Platform): Promise<Readonly<Record<string, string>>> {
  const [, architecture = ''] = platform.split('/');
  // Older releases of buildah know the platform that builds only when it is the one that is built for.
  const building = platform === ownPlatform ? {} : { BUILDPLATFORM: ownPlatform };
  return { BASE_IMAGE: mayPull ? givenBase : await debianForBuild(), TARGETARCH: architecture, ...building };
}

function contextFolder(name: string, platform: Platform): string {
  return join(checkoutCacheFolder, 'images', `${name}-${platform.replace('/', '-')}`);
}
