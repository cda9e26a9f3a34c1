import { SyncFailure } from '../../../domain/oci/failure.ts';
import { formatImageName, type PinnedImage } from '../../../domain/oci/image-location.ts';
import type { ImageToArchive } from '../../../domain/oci/image-archive/archive-layout.ts';
import { choosePlatform, readPlatforms, usualPlatform } from '../../../domain/oci/image-archive/choose-platform.ts';
import { readImageConfig, readImageManifest } from '../../../domain/oci/image-archive/image-manifest.ts';
import { isIndexType, type Descriptor } from '../../../domain/oci/manifest.ts';
import type { Manifest, Registry } from '../../../domain/oci/registry.ts';
import { readBlob } from '../read-blob.ts';

/** Configurations have names, variables and history: a few KiB. */
const largestConfig = 8 * 1024 * 1024;

/** An image of a registry, with the bytes of its configuration. */
export interface SourceImage extends Omit<ImageToArchive, 'names'> {
  readonly configBytes: Uint8Array;
}

/**
 * Reads what an archive needs to know of an image before its layers are read. An index gives its image for a platform.
 * @param platform `os/architecture[/variant]`
 * @throws SyncFailure
 */
export async function readSourceImage(
  source: PinnedImage,
  platform: string | undefined,
  registry: Registry,
): Promise<SourceImage> {
  const name = formatImageName(source);
  const manifest = await readPlatformManifest({ source, platform: platform ?? usualPlatform }, registry);
  const parts = readImageManifest(manifest, name);
  const configBytes = await readConfig(source, parts.config, registry);
  const config = readImageConfig(configBytes);
  if (config?.diffIds.length !== parts.layers.length)
    throw new SyncFailure(
      'unsupported',
      `reading ${name}: its configuration ${parts.config.digest} is not that of an image`,
    );
  return { ...parts, source, manifest, configBytes, platform: config.platform };
}

async function readPlatformManifest(
  { source, platform }: { readonly source: PinnedImage; readonly platform: string },
  registry: Registry,
): Promise<Manifest> {
  const manifest = await readManifest(source, source.digest, registry);
  if (!isIndexType(manifest.mediaType)) return manifest;
  const name = formatImageName(source);
  const entries = readPlatforms(JSON.parse(new TextDecoder().decode(manifest.bytes)), name);
  const { digest } = choosePlatform(entries, platform, name);
  return readManifest(source, digest, registry);
}

async function readManifest(source: PinnedImage, digest: string, registry: Registry): Promise<Manifest> {
  const manifest = await registry.read(source.path, digest);
  if (manifest !== undefined) return manifest;
  const name = formatImageName({ ...source, digest });
  throw new SyncFailure('not-found', `reading ${name}: the registry does not have it`);
}

async function readConfig({ host, path }: PinnedImage, blob: Descriptor, registry: Registry): Promise<Uint8Array> {
  if (blob.size > largestConfig) {
    const name = formatImageName({ host, path, digest: blob.digest });
    throw new SyncFailure(
      'unsupported',
      `reading ${name}: a configuration of ${String(blob.size)} bytes is not that of an image`,
    );
  }
  return readBlob(registry, path, blob);
}
