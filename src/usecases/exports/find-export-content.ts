import { messageOf } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { ExportEntry } from '../../domain/exports/export-entry.ts';
import { imageOf, type ExportImage } from '../../domain/exports/export-record.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { cosignTags, fallbackTag, parseReferrers } from '../../domain/oci/referrers.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { mapConcurrently } from '../map-concurrently.ts';

/** What a registry has of an export. */
export interface ExportContent {
  readonly image: ExportImage;
  /** Digests of manifests that are there, or may be: that of the record, and that of the tag. */
  readonly digests: readonly string[];
  /** Whether one of them is there. */
  readonly isThere: boolean;
  /** Other tags of the same manifests, which disappear with them. */
  readonly otherTags: readonly string[];
}

const tagsAtOnce = 8;

/**
 * Finds what a registry has of an export. The tag has the generated id, so whatever it means now belongs to the export.
 * @throws SyncFailure
 */
export async function findExportContent(entry: ExportEntry, registry: Registry, log: Log): Promise<ExportContent> {
  const image = imageOf(entry);
  const tagged = await registry.head(image.path, image.tag);
  const recorded = entry.digest === '' ? undefined : await registry.head(image.path, entry.digest);
  const digests = [...new Set([entry.digest, tagged?.digest ?? ''])].filter((digest) => digest !== '');
  const isThere = tagged !== undefined || recorded !== undefined;
  const otherTags = isThere ? await findOtherTags(image, { digests, registry, log }) : [];
  return { image, digests, isThere, otherTags };
}

interface TagSearch {
  readonly digests: readonly string[];
  readonly registry: Registry;
  readonly log: Log;
}

async function findOtherTags({ path, tag }: ExportImage, search: TagSearch): Promise<readonly string[]> {
  const { digests, registry, log } = search;
  let tags: readonly string[];
  try {
    tags = await registry.listTags(path);
  } catch (error) {
    if (!(error instanceof SyncFailure) || error.kind === 'interrupted') throw error;
    log.warn(`${messageOf(error)}; other tags of the same image are not known`);
    return [];
  }
  const others = tags.filter((each) => each !== tag);
  const heads = await mapConcurrently(others, tagsAtOnce, async (each) => ({
    tag: each,
    digest: (await registry.head(path, each))?.digest ?? '',
  }));
  return heads.filter(({ digest }) => digests.includes(digest)).map((head) => head.tag);
}

/** Digests of what refers to a manifest: lists of contents, provenance, signatures, and the index that lists them. */
export async function findReferringDigests(
  path: string,
  digest: string,
  registry: Registry,
): Promise<readonly string[]> {
  const listed = (await registry.referrers(path, digest)) ?? [];
  const index = await registry.read(path, fallbackTag(digest));
  const text = index === undefined ? undefined : new TextDecoder().decode(index.bytes);
  const fallback = text === undefined ? [] : parseReferrers(text, `${path}:${fallbackTag(digest)}`);
  const tagged = await Promise.all(cosignTags(digest).map((tag) => registry.read(path, tag)));
  const digests = [...listed, ...fallback, index, ...tagged].map((each) => each?.digest ?? '');
  return [...new Set(digests)].filter((each) => each !== '');
}
