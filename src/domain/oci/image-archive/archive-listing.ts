import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { parseJson } from '../../core/parse-json.ts';
import { isDigest } from '../image-location.ts';
import { sourceAnnotation } from './archive-layout.ts';
import { readPlatforms, type PlatformEntry } from './choose-platform.ts';

/** An image as `manifest.json` of a docker archive lists it. */
export interface ListedImage {
  readonly names: readonly string[];
  /** Names of members. */
  readonly config: string;
  readonly layers: readonly string[];
}

/**
 * Reads `manifest.json` (moby, image/tarexport).
 * @returns undefined when it is malformed
 */
export function parseListing(text: string): readonly ListedImage[] | undefined {
  const listed = parseJson(text);
  if (!Array.isArray(listed)) return undefined;
  const images = listed.map(readListed);
  return images.every((image) => image !== undefined) ? images : undefined;
}

/** An entry of `index.json`, or of an index below it. */
export interface IndexEntry extends PlatformEntry {
  /** The name that the image had where it was read, with its digest. */
  readonly source: string | undefined;
  readonly name: string | undefined;
  /** Whether it describes another entry and is not an image. */
  readonly isAttestation: boolean;
}

/**
 * Reads `index.json` of an image layout, or another index.
 * @returns undefined when it is malformed
 * @throws SyncFailure `wrong-content` for an entry without digest, size or kind
 */
export function parseIndex(text: string, name: string): readonly IndexEntry[] | undefined {
  const index = parseJson(text);
  if (!Array.isArray(valueAt(index, 'manifests'))) return undefined;
  const entries = arrayAt(index, 'manifests');
  return readPlatforms(index, name).map((entry, number) => ({
    ...entry,
    source: annotationOf(entries[number], sourceAnnotation),
    name:
      annotationOf(entries[number], 'io.containerd.image.name') ??
      annotationOf(entries[number], 'org.opencontainers.image.ref.name'),
    isAttestation: annotationOf(entries[number], 'vnd.docker.reference.type') !== undefined,
  }));
}

/** The digest that a member is named after: `<hex>.json`, `<hex>.tar`, `sha256:<hex>`, `blobs/sha256/<hex>`. */
export function digestInName(name: string): string | undefined {
  const [, algorithm = 'sha256', hex = ''] =
    /^(?:blobs\/)?(?:(sha256|sha384|sha512)[/:])?([0-9a-f]{64,128})(?:\.json|\.tar|\.tar\.gz)?$/.exec(name) ?? [];
  const digest = `${algorithm}:${hex}`;
  return isDigest(digest) ? digest : undefined;
}

function readListed(entry: unknown): ListedImage | undefined {
  const config = memberName(stringAt(entry, 'Config'));
  const layers = arrayAt(entry, 'Layers').map((layer) => (typeof layer === 'string' ? memberName(layer) : undefined));
  const names = arrayAt(entry, 'RepoTags');
  if (config === undefined || !layers.every((layer) => layer !== undefined)) return undefined;
  return names.every((name) => typeof name === 'string') ? { names, config, layers } : undefined;
}

function memberName(path: string | undefined): string | undefined {
  return path?.replace(/^(?:\.\/)+/, '');
}

function annotationOf(entry: unknown, key: string): string | undefined {
  const text = stringAt(entry, 'annotations', key);
  return text === '' ? undefined : text;
}
