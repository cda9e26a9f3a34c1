import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { version } from '../src/runtime/version.ts';
import { ensureBuilt } from '../testbed/clusters/programs.ts';
import { pushBundle, writeBundles } from './forms/bundles.ts';
import { formatPin, namedBundles, writePinnedForms, type Pin } from './forms/pinned.ts';
import { platforms } from './images/programs-of-platform.ts';
import { checkedOut, publishAllImages, type PublishedImage } from './images/publish-all.ts';
import { archiveLayout, joinBundles, writeChecksums } from './release/archives.ts';
import { packCommand } from './release/npm-package.ts';
import { copySchemas } from './release/schemas.ts';
import { releaseNotes } from './release/release-notes.ts';

const usage = `make release

  IMAGES        registry and path that the forms name the images by; ghcr.io/crane-tasks unless given
  BUNDLES       the same for the bundles; ghcr.io/crane-tasks/bundles unless given
  PUSH          "true" pushes images and bundles there as well
  PLATFORMS     some of ${platforms.join(',')}; all unless given
  REVISION      commit of the release; the one that is checked out unless given
  RELEASE       folder that gets the files; dist/release unless given
  CERTIFICATES  folder with the authority (*.crt) of the registry; credentials come from the login of docker
  ZSTD_LEVEL    level of the compression of layers, 1 to 19; 19 unless given, which takes minutes
  BASE_IMAGE    image in which packages are unpacked, by digest; a plain Debian that is built here unless given

Writes the forms, images, bundles, the npm package, the JSON Schemas, the lists of contents, release-notes.md, digests.txt and SHA256SUMS.`;

interface Options {
  readonly folder: string;
  readonly images: string;
  readonly bundles: string;
  readonly isPushed: boolean;
  readonly platforms: string;
  readonly revision: string;
  readonly certificates: string;
  readonly level: string;
}

/** Writes all that a release contains into one flat folder, as GitHub keeps the files of a release. */
async function release(environment: NodeJS.ProcessEnv): Promise<void> {
  const options = await readOptions(environment);
  const { folder } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const images = await publishAllImages({ ...options, repository: options.images, environment });
  for (const image of images) await writeImage(folder, image);
  const pins = [...images.map(({ pin }) => pin), ...(await releaseBundles(options, images))];
  const named = { images: images.map(({ pin }) => pin), bundles: options.bundles };
  await writePinnedForms(folder, named, await ensureBuilt('kubectl'));
  await packCommand(folder);
  await copySchemas(folder);
  await writeFile(join(folder, 'release-notes.md'), releaseNotes(await readFile('CHANGELOG.md', 'utf8'), version));
  await writeFile(join(folder, 'digests.txt'), pins.map((pin) => `${formatPin(pin)}\n`).join(''));
  await writeChecksums(folder);
  console.log(`wrote release ${version} to ${folder}`);
}

async function readOptions(environment: NodeJS.ProcessEnv): Promise<Options> {
  const given = (name: string, otherwise = ''): string => environment[name] || otherwise;
  return {
    folder: given('RELEASE', 'dist/release'),
    images: given('IMAGES'),
    bundles: given('BUNDLES', namedBundles),
    isPushed: given('PUSH') === 'true',
    platforms: given('PLATFORMS'),
    revision: given('REVISION') || (await checkedOut()),
    certificates: given('CERTIFICATES'),
    level: given('ZSTD_LEVEL'),
  };
}

async function writeImage(folder: string, { pin, layout, contents }: PublishedImage): Promise<void> {
  const name = `${pin.name}-${version}`;
  await archiveLayout(layout, join(folder, `${name}.oci.tar`));
  for (const { platform, text } of contents)
    await writeFile(join(folder, `${name}-${platform.replace('/', '-')}.cdx.json`), text);
}

async function releaseBundles(options: Options, images: readonly PublishedImage[]): Promise<readonly Pin[]> {
  const pinOf = (name: string): string =>
    images.flatMap(({ pin }) => (pin.name === name ? [formatPin(pin)] : []))[0] ?? '';
  const bundles = await writeBundles({
    folder: '.cache/bundles',
    revision: options.revision,
    image: pinOf('task-runner'),
    helmImage: pinOf('helm-runner'),
    transferImage: pinOf('transfer'),
    repository: options.bundles,
  });
  await joinBundles('.cache/bundles-joined', bundles);
  await archiveLayout('.cache/bundles-joined', join(options.folder, `bundles-${version}.oci.tar`));
  const pins = bundles.map(({ name, digest }) => ({
    name,
    repository: `${options.bundles}/${name}`,
    tag: version,
    digest,
  }));
  if (options.isPushed) for (const bundle of bundles) await pushBundle(bundle, options.bundles, options.certificates);
  return pins;
}

if (process.argv.includes('--help')) console.log(usage);
else await release(process.env);
