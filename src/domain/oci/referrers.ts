import { isDigest } from './image-location.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { SyncFailure } from './failure.ts';

/** A manifest that refers to another one: a signature, an attestation, a list of contents. */
export interface Referrer {
  readonly digest: string;
  /** The descriptor as its index has it, with artifact type and annotations. */
  readonly descriptor: JsonObject;
}

/** More for one image, with all that refers to its referrers, are taken for a list without end. */
export const mostReferrers = 5000;
/** Characters of their descriptors, which are in memory together. */
const mostCharacters = 32 * 1024 * 1024;

const indexType = 'application/vnd.oci.image.index.v1+json';
const longestAlgorithm = 32;
const longestHash = 64;

/** Tag that lists the referrers of a digest where a registry has no API for them (distribution specification, "Referrers tag schema"). */
export function fallbackTag(digest: string): string {
  const [algorithm = '', hash = ''] = digest.split(':');
  return `${algorithm.slice(0, longestAlgorithm)}-${hash.slice(0, longestHash)}`;
}

/** Tags under which cosign keeps signatures, attestations and lists of contents of a digest (its SPEC, "Tag-based discovery"). */
export function cosignTags(digest: string): readonly string[] {
  return ['sig', 'att', 'sbom'].map((kind) => `${digest.replace(':', '-')}.${kind}`);
}

/** Whether a tag can only be one of those: a node cannot run what it names. */
export function isReferrerTag(tag: string): boolean {
  return /^sha(?:256|384|512)-[0-9a-f]{64,128}(?:\.(?:sig|att|sbom))?$/.test(tag);
}

/**
 * Reads the index of a referrers list.
 * @throws SyncFailure `wrong-content`
 */
export function parseReferrers(text: string, name: string): readonly Referrer[] {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (error) {
    throw new SyncFailure('wrong-content', `reading ${name}: expected JSON`, { cause: error });
  }
  // Go writes null for an empty list.
  const manifests = valueAt(index, 'manifests');
  if (!isObject(index) || (manifests !== null && !Array.isArray(manifests))) {
    throw new SyncFailure('wrong-content', `reading ${name}: expected an index of manifests`);
  }
  return arrayAt(index, 'manifests').map((descriptor) => {
    const digest = stringAt(descriptor, 'digest') ?? '';
    if (isObject(descriptor) && isDigest(digest)) return { digest, descriptor };
    throw new SyncFailure('wrong-content', `reading ${name}: an entry lacks its digest`);
  });
}

/** What was found of one image so far. */
export interface ReferrerCount {
  readonly referrers: number;
  readonly characters: number;
}

/**
 * Adds what was found about one more manifest.
 * @throws SyncFailure `referrers-unbounded` when it is too much: referrers can refer to each other without end
 */
export function countReferrers(count: ReferrerCount, found: readonly Referrer[], name: string): ReferrerCount {
  const sizes = found.map(({ descriptor }) => JSON.stringify(descriptor).length);
  const referrers = count.referrers + found.length;
  const characters = sizes.reduce((sum, size) => sum + size, count.characters);
  if (referrers <= mostReferrers && characters <= mostCharacters) return { referrers, characters };
  const much = `${String(referrers)} referrers with ${String(characters)} characters`;
  const limits = `more than ${String(mostReferrers)} or ${String(mostCharacters)} characters are not copied`;
  throw new SyncFailure('referrers-unbounded', `finding what refers to ${name}: ${much}; ${limits}`);
}

/** Those of an index with these too, after those that were there; undefined when nothing is new. */
export function extendReferrers(
  present: readonly Referrer[],
  more: readonly Referrer[],
): readonly Referrer[] | undefined {
  const known = new Set(present.map(({ digest }) => digest));
  const added = more.filter(({ digest }) => !known.has(digest)).sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return added.length === 0 ? undefined : [...present, ...added];
}

/** The index that lists them under a fallback tag. */
export function formatReferrers(referrers: readonly Referrer[]): { readonly mediaType: string; readonly text: string } {
  const manifests = referrers.map(({ descriptor }) => descriptor);
  return { mediaType: indexType, text: JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }) };
}

/**
 * The same with a platform, for registries that take no entry without one, OpenShift's among them: `unknown`, as
 * builders write it for artifacts that are not images. Clients look at type and digest alone.
 */
export function namePlatform({ digest, descriptor }: Referrer): Referrer {
  return { digest, descriptor: { platform: { architecture: 'unknown', os: 'unknown' }, ...descriptor } };
}
