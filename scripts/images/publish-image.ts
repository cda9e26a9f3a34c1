import { join } from 'node:path';

import { execa } from 'execa';

import { attach } from './attach.ts';
import { compressLayers } from './compress-layers.ts';
import { joinPlatforms, manifestOf, type PlatformImage } from './layouts.ts';
import { openRegistry } from './open-registry.ts';

/** An image of one platform with the list of what is in it. */
export interface PlatformBuild {
  readonly platform: string;
  readonly image: { readonly layout: string; readonly contents: string };
}

interface PublishedImage {
  readonly digest: string;
  readonly layout: string;
}

interface PublishOptions {
  readonly annotations: Readonly<Record<string, string>>;
  /** Folder with the authority of the registry; empty for one that the system trusts. */
  readonly certificates: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Level of zstd for the layers. */
  readonly level: number;
}

/**
 * Pushes one image of several platforms as an index, its layers compressed with zstd, and attaches to each its list of contents. An empty
 * repository means to push nothing. Returns the digest of the index, and the layout that holds it with all images.
 */
export async function publishImage(
  builds: readonly PlatformBuild[],
  { repository, tag }: { readonly repository: string; readonly tag: string },
  { annotations, certificates, environment, level }: PublishOptions,
): Promise<PublishedImage> {
  const title = annotations['org.opencontainers.image.title'] ?? 'image';
  const layout = join('.cache', 'images', `${title}-index`);
  const images = await Promise.all(builds.map((build) => compressed(build, title, level)));
  const digest = await joinPlatforms(layout, images, annotations);
  if (repository === '') return { digest, layout };
  const trust = certificates === '' ? [] : [`--dest-cert-dir=${certificates}`];
  const how = ['--all', '--quiet', '--preserve-digests', ...trust];
  await execa('skopeo', ['copy', ...how, `oci:${layout}`, `docker://${repository}:${tag}`]);
  const slash = repository.indexOf('/');
  const [host, path] = [repository.slice(0, slash), repository.slice(slash + 1)];
  const registry = openRegistry(host, certificates, environment);
  for (const { platform, layout: ofPlatform, contents } of images) {
    const file = { mediaType: 'application/vnd.cyclonedx+json', content: contents, title: 'contents.cdx.json' };
    await attach(registry, { path, subject: await manifestOf(ofPlatform) }, file);
    // One line for each, since an upload takes a while.
    console.error(`published ${repository}:${tag} for ${platform}`);
  }
  return { digest, layout };
}

async function compressed(
  { platform, image }: PlatformBuild,
  title: string,
  level: number,
): Promise<PlatformImage & { readonly contents: string }> {
  const layout = join('.cache', 'images', `${title}-${platform.replace('/', '-')}-zstd`);
  await compressLayers(image.layout, layout, level);
  return { platform, layout, contents: image.contents };
}
