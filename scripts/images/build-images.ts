import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  buildImage,
  digestOfFolder,
  loadForBuild,
  shortDigest,
  type BuiltImage,
} from '../../testbed/clusters/image-store.ts';
import { debianForBuild } from '../../testbed/clusters/images.ts';
import { withLock } from '../../testbed/clusters/lock.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { contentsPath, goProgramsOf, makeImageFiles } from './image-files.ts';
import { readFromLayers } from './layouts.ts';
import { ownPlatform, programStages, type Platform, type ProgramStages } from './programs-of-platform.ts';

/** An image and the list of what is in it, which it holds too. */
export interface ListedImage extends BuiltImage {
  readonly contents: string;
}

/** Images that Tasks and their helper pods run on: targets of images/task-runner/Dockerfile. */
export const imageNames = ['task-runner', 'helm-runner', 'transfer'] as const;
export type ImageName = (typeof imageNames)[number];

/** The stages with the programs of those images. */
const runtimes = {
  'task-runner': 'runtime',
  'helm-runner': 'helm-runtime',
  transfer: 'transfer-runtime',
} as const satisfies Readonly<Record<ImageName, string>>;

/** The image in which packages are unpacked, where one is named: with its digest, since what is built depends on its tools. */
const givenBase = process.env['BASE_IMAGE'] ?? '';
const dockerfileFolder = 'images/task-runner';

const built = new Map<string, Promise<ListedImage>>();

/**
 * Builds an image for a platform from the present bundle, once for each process: an image that is in the cache still takes
 * nine seconds of processor time. Nothing of another platform is run for it. `revision` is the commit that its label names;
 * without it the image is the same for the same bundle.
 * One process at a time: all write to the same folders of the cache.
 */
export function buildListedImage(name: ImageName, platform: Platform, revision = 'unknown'): Promise<ListedImage> {
  const key = [name, platform, revision].join(' ');
  const known = built.get(key);
  if (known !== undefined) return known;
  const image = withLock('images', () => build(name, platform, revision));
  built.set(key, image);
  // Whoever asks after a failure tries again.
  image.catch(() => built.delete(key));
  return image;
}

async function build(name: ImageName, platform: Platform, revision: string): Promise<ListedImage> {
  const folder = join(checkoutCacheFolder, 'images', `${name}-${platform.replace('/', '-')}`);
  const stages = await programStages(join(folder, 'programs'), platform);
  const below = await buildRuntime(runtimes[name], platform, stages);
  const files = join(folder, 'stage');
  await makeImageFiles(join(files, 'files'), name, {
    packages: await readFromLayers(below.layout, 'var/lib/dpkg/status.d/*'),
    goPrograms: goProgramsOf(name).map((program) => join(stages.tools, 'built/usr/local/share', program)),
    nodeLicence: join(stages.node, 'usr/local/LICENSE'),
  });
  const contexts = {
    ...(await stageOf(runtimes[name], below)),
    [`${name}-files`]: files,
  };
  const image = await buildStage(name, platform, { contexts, buildArgs: { REVISION: revision } });
  return { ...image, contents: await readFile(join(files, 'files', contentsPath), 'utf8') };
}

async function buildRuntime(stage: string, platform: Platform, stages: ProgramStages): Promise<BuiltImage> {
  const runtime = await buildStage('runtime', platform, { contexts: { ...stages } });
  if (stage === 'runtime') return runtime;
  const { tools } = stages;
  return buildStage(stage, platform, { contexts: { ...(await stageOf('runtime', runtime)), tools } });
}

interface StageInput {
  /** Folders and images that replace stages which the built one is made of. */
  readonly contexts: Readonly<Record<string, string>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** Builds a stage of the Dockerfile. */
async function buildStage(
  target: string,
  platform: Platform,
  { contexts, buildArgs }: StageInput,
): Promise<BuiltImage> {
  const collects = target.endsWith('runtime');
  const parts = Object.values(contexts).map(async (value) =>
    value.startsWith(imageScheme) ? value : digestOfFolder(value),
  );
  return buildImage({
    name: target === 'runtime' ? 'task-runtime' : target,
    folder: '.',
    file: join(dockerfileFolder, 'Dockerfile'),
    target,
    platform,
    contexts,
    contentKey: shortDigest([await digestOfFolder(dockerfileFolder), ...(await Promise.all(parts))]),
    mayPull: collects && givenBase !== '',
    buildArgs: { ...(collects ? await collectArgs(platform) : {}), ...buildArgs },
  });
}

const imageScheme = 'container-image://';

async function stageOf(stage: string, image: BuiltImage): Promise<Readonly<Record<string, string>>> {
  return { [stage]: imageScheme + (await loadForBuild(image)) };
}

async function collectArgs(platform: Platform): Promise<Readonly<Record<string, string>>> {
  const [, architecture = ''] = platform.split('/');
  // Older releases of buildah know the platform that builds only when it is the one that is built for.
  const building = platform === ownPlatform ? {} : { BUILDPLATFORM: ownPlatform };
  const base = givenBase === '' ? await debianForBuild() : givenBase;
  return { DEBIAN_IMAGE: base, TARGETARCH: architecture, ...building };
}
