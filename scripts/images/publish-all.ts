import { execa } from 'execa';

import { version } from '../../src/runtime/version.ts';
import { namedRegistry, type Pin } from '../forms/pinned.ts';
import { buildListedImage, imageNames, type ListedImage } from './build-images.ts';
import { releaseLevel } from './compress-layers.ts';
import { platforms, type Platform } from './programs-of-platform.ts';
import { publishImage } from './publish-image.ts';

export interface PublishedImage {
  readonly pin: Pin;
  /** OCI layout with the index of all platforms. */
  readonly layout: string;
  /** Lists of contents by platform, as CycloneDX. */
  readonly contents: readonly { readonly platform: Platform; readonly text: string }[];
}

interface PublishOptions {
  /** Registry and path that the images are named by; empty: as the manifests name them. */
  readonly repository: string;
  readonly isPushed: boolean;
  /** Some of the platforms, with commas; empty: all. */
  readonly platforms: string;
  /** Commit that the images are of. */
  readonly revision: string;
  /** Folder with the authority of the registry; empty for one that the system trusts. */
  readonly certificates: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Level of zstd for the layers, 1 to 19; empty: the one of a release. */
  readonly level: string;
}

const source = 'https://github.com/crane-tasks/crane-tasks';

/** Builds the images for their platforms and publishes each as one index with its lists of contents. */
export async function publishAllImages(options: PublishOptions): Promise<readonly PublishedImage[]> {
  const { repository, isPushed, revision, certificates, environment } = options;
  const level = levelIn(options.level);
  const published: PublishedImage[] = [];
  for (const name of imageNames) {
    const builds: { platform: Platform; image: ListedImage }[] = [];
    for (const platform of platformsIn(options.platforms))
      builds.push({ platform, image: await buildListedImage(name, platform, revision) });
    const annotations = {
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': revision,
      'org.opencontainers.image.source': source,
      'org.opencontainers.image.licenses': 'Apache-2.0',
    };
    const named = `${repository === '' ? namedRegistry : repository}/${name}`;
    const target = { repository: isPushed ? named : '', tag: version };
    const { digest, layout } = await publishImage(builds, target, { annotations, certificates, environment, level });
    const contents = builds.map(({ platform, image }) => ({ platform, text: image.contents }));
    published.push({ pin: { name, repository: named, tag: version, digest }, layout, contents });
  }
  return published;
}

/** The commit that is checked out. */
export async function checkedOut(): Promise<string> {
  return (await execa('git', ['rev-parse', 'HEAD'])).stdout;
}

function levelIn(text: string): number {
  if (text === '') return releaseLevel;
  const level = Number(text);
  if (Number.isInteger(level) && level >= 1 && level <= releaseLevel) return level;
  throw new Error(`reading ZSTD_LEVEL: expected a number from 1 to ${String(releaseLevel)}, got ${text}`);
}

function platformsIn(text: string): readonly Platform[] {
  const asked = text.split(',').filter((platform) => platform !== '');
  const unknown = asked.filter((platform) => !platforms.some((known) => known === platform));
  if (unknown.length > 0)
    throw new Error(`reading PLATFORMS: unknown ${unknown.join(', ')}; expected some of ${platforms.join(', ')}`);
  return asked.length === 0 ? platforms : platforms.filter((platform) => asked.includes(platform));
}
