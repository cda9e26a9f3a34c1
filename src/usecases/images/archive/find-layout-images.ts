import { parseIndex, type IndexEntry } from '../../../domain/oci/image-archive/archive-listing.ts';
import { blobName } from '../../../domain/oci/image-archive/archive-layout.ts';
import { readImageManifest, type ImageParts } from '../../../domain/oci/image-archive/image-manifest.ts';
import { isIndexType } from '../../../domain/oci/manifest.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import { absent, readDocument, readStoredBlob, unusable, type NamedArchive } from './archive-member.ts';

/** A manifest of one platform that an archive has. */
export interface LayoutManifest extends ImageParts {
  readonly manifest: Manifest;
}

/** One entry of `index.json` with the manifests below it whose bytes are in the archive. */
export interface LayoutImage {
  readonly name: string | undefined;
  readonly source: string | undefined;
  /** For messages. */
  readonly label: string;
  /** At least one. */
  readonly manifests: readonly LayoutManifest[];
}

const layoutIndex = 'index.json';
const deepestNesting = 3;

/**
 * The images of an image layout. Docker and containerd keep the index of all platforms where they have one of them:
 * what is absent is left out, unless nothing remains.
 * @returns none for an archive without `index.json`
 * @throws TaskError `invalid-file`, SyncFailure for manifests that are malformed
 */
export async function findLayoutImages(from: NamedArchive): Promise<readonly LayoutImage[]> {
  if (!from.archive.sizes.has(layoutIndex)) return [];
  const text = new TextDecoder().decode(await readDocument(from, layoutIndex));
  const entries = parseIndex(text, layoutIndex);
  if (entries === undefined) throw unusable(from.file, `${layoutIndex} is malformed`);
  const images: LayoutImage[] = [];
  for (const entry of entries) {
    if (entry.isAttestation) continue;
    const label = entry.name ?? entry.source ?? entry.digest;
    const manifests = await manifestsBelow(from, { entry, label, depth: 0 });
    if (manifests.length === 0) throw absent(from, entry.digest, label);
    images.push({ name: entry.name, source: entry.source, label, manifests });
  }
  return images;
}

interface Position {
  readonly entry: IndexEntry;
  readonly label: string;
  readonly depth: number;
}

async function manifestsBelow(
  from: NamedArchive,
  { entry, label, depth }: Position,
): Promise<readonly LayoutManifest[]> {
  if (entry.isAttestation || !from.archive.sizes.has(blobName(entry.digest))) return [];
  const { bytes, digest } = await readStoredBlob(from, entry, label);
  const { mediaType } = entry;
  if (!isIndexType(mediaType)) {
    const manifest = { bytes, digest, mediaType };
    return [{ ...readImageManifest(manifest, label), manifest }];
  }
  const entries = parseIndex(new TextDecoder().decode(bytes), label);
  if (entries === undefined || depth >= deepestNesting)
    throw unusable(from.file, `the index ${digest} of ${label} is malformed`);
  const found: LayoutManifest[] = [];
  for (const below of entries) found.push(...(await manifestsBelow(from, { entry: below, label, depth: depth + 1 })));
  return found;
}
