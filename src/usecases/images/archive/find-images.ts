import { digestInName, parseListing, type ListedImage } from '../../../domain/oci/image-archive/archive-listing.ts';
import { blobName } from '../../../domain/oci/image-archive/archive-layout.ts';
import { choosePlatform } from '../../../domain/oci/image-archive/choose-platform.ts';
import { readImageConfig, type ImageConfig } from '../../../domain/oci/image-archive/image-manifest.ts';
import type { StoredBlob } from '../../../domain/oci/image-archive/archived-image.ts';
import type { Descriptor } from '../../../domain/oci/manifest.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import {
  algorithmOf,
  absent,
  changed,
  readDocument,
  readStoredBlob,
  unusable,
  type NamedArchive,
} from './archive-member.ts';
import { findLayoutImages, type LayoutImage, type LayoutManifest } from './find-layout-images.ts';

/** A layer that an image needs, before its bytes were looked at. */
export interface WantedLayer {
  readonly member: string;
  /** Of the bytes as they are; undefined where only the digest without compression is known. */
  readonly stored: Descriptor | undefined;
  readonly diffId: string;
}

/** An image whose manifest and configuration were read and are right. */
export interface FoundImage {
  readonly names: readonly string[];
  readonly source: string | undefined;
  /** For messages. */
  readonly label: string;
  readonly platform: string;
  readonly config: StoredBlob;
  readonly layers: readonly WantedLayer[];
  readonly manifest: Manifest | undefined;
}

const listing = 'manifest.json';

/**
 * The images of an archive, of any form. Where it has both lists, `manifest.json` says which images there are, and the
 * image layout adds their manifests.
 * @param platform which one is taken of several images with one name
 * @throws TaskError `invalid-file`; SyncFailure for malformed manifests, `unsupported` when the platform is missing
 */
export async function findImages(from: NamedArchive, platform: string): Promise<readonly FoundImage[]> {
  const layout = await findLayoutImages(from);
  if (!from.archive.sizes.has(listing)) {
    if (layout.length === 0) throw unusable(from.file, `it has neither ${listing} nor index.json with an image`);
    return Promise.all(layout.map((image) => chooseOf(from, image, platform)));
  }
  const listed = parseListing(new TextDecoder().decode(await readDocument(from, listing)));
  if (listed === undefined) throw unusable(from.file, `${listing} is malformed`);
  const found = await Promise.all(listed.map((image) => readListed(from, image, layout)));
  const configs = new Set(found.map(({ config }) => config.digest));
  const further = layout.filter(({ manifests }) => !manifests.some(({ config }) => configs.has(config.digest)));
  const more = await Promise.all(further.map((image) => chooseOf(from, image, platform)));
  return onePerName([...found, ...more], platform);
}

async function chooseOf(from: NamedArchive, image: LayoutImage, platform: string): Promise<FoundImage> {
  const { name, source, label, manifests } = image;
  const read = await Promise.all(manifests.map(async (one) => ({ ...one, ...(await readConfig(from, one, label)) })));
  const chosen = read.length === 1 && read[0] !== undefined ? read[0] : choosePlatform(read, platform, label);
  const names = name === undefined ? [] : [name];
  return {
    names,
    source,
    label,
    platform: chosen.platform,
    config: chosen.stored,
    layers: layersOf(chosen, chosen.diffIds),
    manifest: chosen.manifest,
  };
}

async function readListed(from: NamedArchive, image: ListedImage, layout: readonly LayoutImage[]): Promise<FoundImage> {
  const { names, config: member } = image;
  const label = names[0] ?? member;
  const size = from.archive.sizes.get(member);
  if (size === undefined) throw absent(from, digestInName(member) ?? member, label);
  const named = digestInName(member);
  const bytes = await readDocument(from, member);
  const { digest } = await from.archive.inspect(member, {
    algorithm: algorithmOf(named ?? 'sha256:'),
    unpacked: false,
  });
  if (named !== undefined && digest !== named) throw changed(from, { member, digest: named }, label);
  const { platform, diffIds } = checkConfig(from, { bytes, layers: image.layers.length }, label);
  const known = manifestOf(image, digest, layout);
  const layers = known
    ? layersOf(known.manifest, diffIds)
    : image.layers.map((layer, index) => ({ member: layer, stored: undefined, diffId: diffIds[index] ?? '' }));
  const source = known?.image.source;
  return {
    names,
    source,
    label,
    platform,
    config: { digest, size, member },
    layers,
    manifest: known?.manifest.manifest,
  };
}

/** The manifest for a configuration; of several, for the same image compressed in other ways, that with these layers. */
function manifestOf(
  { layers }: ListedImage,
  configDigest: string,
  layout: readonly LayoutImage[],
): { readonly image: LayoutImage; readonly manifest: LayoutManifest } | undefined {
  const fits = ({ config, layers: own }: LayoutManifest): boolean =>
    config.digest === configDigest && own.map(({ digest }) => blobName(digest)).join() === layers.join();
  for (const image of layout) {
    const manifest = image.manifests.find(fits);
    if (manifest !== undefined) return { image, manifest };
  }
  return undefined;
}

async function readConfig(
  from: NamedArchive,
  { config, layers }: LayoutManifest,
  label: string,
): Promise<ImageConfig & { readonly stored: StoredBlob }> {
  const { bytes, ...stored } = await readStoredBlob(from, config, label);
  return { ...checkConfig(from, { bytes, layers: layers.length }, label), stored };
}

function checkConfig(
  { file }: NamedArchive,
  { bytes, layers }: { readonly bytes: Uint8Array; readonly layers: number },
  label: string,
): ImageConfig {
  const config = readImageConfig(bytes);
  if (config?.diffIds.length !== layers)
    throw unusable(file, `the configuration of ${label} is not that of an image with these layers`);
  return config;
}

function layersOf({ layers }: LayoutManifest, diffIds: readonly string[]): readonly WantedLayer[] {
  return layers.map((stored, index) => ({ member: blobName(stored.digest), stored, diffId: diffIds[index] ?? '' }));
}

/** Docker lists each platform of an image with the same names. */
function onePerName(images: readonly FoundImage[], platform: string): readonly FoundImage[] {
  const groups = Map.groupBy(images, ({ names, config }) => (names.length === 0 ? config.digest : names.join(' ')));
  return [...groups.values()].map((group) => {
    const [first] = group;
    return group.length === 1 && first !== undefined ? first : choosePlatform(group, platform, first?.label ?? '');
  });
}
