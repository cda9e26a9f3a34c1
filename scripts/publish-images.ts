import { ensureBuilt } from '../testbed/clusters/programs.ts';
import { formatPin, namedBundles, writePinnedForms } from './forms/pinned.ts';
import { platforms } from './images/programs-of-platform.ts';
import { checkedOut, publishAllImages } from './images/publish-all.ts';

const usage = `IMAGES=registry.example.com/path make images

  IMAGES        registry and path below which the images are pushed, each under its name and the version; empty: only built
  PLATFORMS     some of ${platforms.join(',')}; all unless given
  REVISION      commit that the images are of; the one that is checked out unless given
  CERTIFICATES  folder with the authority (*.crt) of that registry; credentials come from the login of docker
  ZSTD_LEVEL    level of the compression of layers, 1 to 19; 19 unless given, which takes minutes
  BASE_IMAGE    image in which packages are unpacked, by digest; a plain Debian that is built here unless given

Writes the forms with every image pinned by tag and digest to .cache/release.`;

/** Builds the images for their platforms, publishes each as one index with its lists of contents, and pins the forms to it. */
async function publish(environment: NodeJS.ProcessEnv): Promise<void> {
  const given = (name: string): string => environment[name] ?? '';
  const published = await publishAllImages({
    repository: given('IMAGES'),
    isPushed: given('IMAGES') !== '',
    platforms: given('PLATFORMS'),
    revision: given('REVISION') === '' ? await checkedOut() : given('REVISION'),
    certificates: given('CERTIFICATES'),
    level: given('ZSTD_LEVEL'),
    environment,
  });
  const images = published.map(({ pin }) => pin);
  await writePinnedForms('.cache/release', { images, bundles: namedBundles }, await ensureBuilt('kubectl'));
  for (const pin of images) console.log(formatPin(pin));
}

if (process.argv.includes('--help')) console.log(usage);
else await publish(process.env);
