import { join } from 'node:path';

import { execa } from 'execa';

import { version } from '../src/runtime/version.ts';
import { programPath } from '../testbed/clusters/programs.ts';
import { formatPin, writePinnedForms, type Pin } from './forms/pinned.ts';
import { buildListedImage, imageNames, type ListedImage } from './images/build-images.ts';
import { platforms, type Platform } from './images/programs-of-platform.ts';
import { publishImage } from './images/publish-image.ts';

const usage = `IMAGES=registry.example.com/path make images

  IMAGES        registry and path below which the images go, each under its name and the version; empty: only built
  PLATFORMS     some of ${platforms.join(',')}; all unless given
  REVISION      commit that the images are of; the one that is checked out unless given
  CERTIFICATES  folder with the authority (*.crt) of that registry; credentials come from the login of docker
  BASE_IMAGE    image in which packages are unpacked, by digest; a plain Debian of our own unless given

Writes the forms with every image pinned by tag and digest to .cache/release.`;

const source = 'https://github.com/crane-tasks/crane-tasks';

/** Builds the images for their platforms, publishes each as one index with its lists of contents, and pins the forms to it. */
async function publish(environment: NodeJS.ProcessEnv): Promise<void> {
  const given = (name: string): string => environment[name] ?? '';
  const repository = given('IMAGES');
  const revision = given('REVISION') === '' ? await checkedOut() : given('REVISION');
  const pins: Pin[] = [];
  for (const name of imageNames) {
    const images: { platform: Platform; image: ListedImage }[] = [];
    for (const platform of platformsIn(given('PLATFORMS')))
      images.push({ platform, image: await buildListedImage(name, platform) });
    const annotations = {
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': revision,
      'org.opencontainers.image.source': source,
      'org.opencontainers.image.licenses': 'Apache-2.0',
    };
    const target = { repository: repository === '' ? '' : `${repository}/${name}`, tag: version };
    const certificates = given('CERTIFICATES');
    const digest = await publishImage(images, target, { annotations, certificates, environment });
    const named = repository === '' ? `ghcr.io/crane-tasks/${name}` : target.repository;
    pins.push({ name, repository: named, tag: version, digest });
  }
  await writePinnedForms(join('.cache', 'release'), pins, programPath('kubectl'));
  for (const pin of pins) console.log(formatPin(pin));
}

function platformsIn(text: string): readonly Platform[] {
  const asked = text.split(',').filter((platform) => platform !== '');
  const unknown = asked.filter((platform) => !platforms.some((known) => known === platform));
  if (unknown.length > 0)
    throw new Error(`reading PLATFORMS: ${unknown.join(', ')}; known are ${platforms.join(', ')}`);
  return asked.length === 0 ? platforms : platforms.filter((platform) => asked.includes(platform));
}

async function checkedOut(): Promise<string> {
  return (await execa('git', ['rev-parse', 'HEAD'])).stdout;
}

if (process.argv.includes('--help')) console.log(usage);
else await publish(process.env);
