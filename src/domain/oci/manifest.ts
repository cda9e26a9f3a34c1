import { isDigest } from './image-location.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { SyncFailure } from './failure.ts';

/** Content that a manifest points at. */
export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** What one manifest needs: an image its blobs, an index its manifests. */
export type ManifestContent =
  | { readonly kind: 'image'; readonly blobs: readonly Descriptor[] }
  | { readonly kind: 'index'; readonly manifests: readonly Descriptor[] };

const ociIndexType = 'application/vnd.oci.image.index.v1+json';
const ociImageType = 'application/vnd.oci.image.manifest.v1+json';
const dockerImageType = 'application/vnd.docker.distribution.manifest.v2+json';
const indexTypes: readonly string[] = [ociIndexType, 'application/vnd.docker.distribution.manifest.list.v2+json'];
const imageTypes: readonly string[] = [ociImageType, dockerImageType];

/** Media types to ask for. Without them registries convert what they hold, and the digest is another one. */
export const acceptedManifests = [...imageTypes, ...indexTypes].join(', ');

/** Indexes within indexes below a manifest that are followed. */
export const deepestNesting = 3;
/** Manifests below one that are followed: a small answer must not cause work without end. */
export const mostManifests = 1000;

/** Whether a media type is that of an index (OCI) or manifest list (Docker). */
export function isIndexType(mediaType: string): boolean {
  return indexTypes.includes(mediaType);
}

/** Whether a media type is that of the manifest of one image. */
export function isImageType(mediaType: string): boolean {
  return imageTypes.includes(mediaType);
}

/** Media types with which registries and proxies send manifests without a type. */
const plainTypes: readonly string[] = ['', 'application/json', 'text/plain', 'text/html', 'application/octet-stream'];

/**
 * The media type of a manifest. One that says nothing about manifests is replaced by that of the manifest itself, or by
 * what its fields show, as github.com/containers/image (GuessMIMEType) does.
 * @param contentType of the answer, without parameters
 */
export function manifestTypeOf(contentType: string, text: string): string {
  if (!plainTypes.includes(contentType)) return contentType;
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return contentType;
  }
  const own = stringAt(manifest, 'mediaType') ?? '';
  if (own !== '') return own;
  if (valueAt(manifest, 'schemaVersion') !== 2) return contentType;
  const config = stringAt(valueAt(manifest, 'config'), 'mediaType') ?? '';
  if (config.startsWith('application/vnd.docker.')) return dockerImageType;
  if (isList(valueAt(manifest, 'manifests'))) return ociIndexType;
  return config === '' ? contentType : ociImageType;
}

/**
 * Reads what a manifest points at.
 * @param mediaType Content-Type of the answer; it must agree with the body, or one text could pass for another kind
 *   (CVE-2021-41190)
 * @throws SyncFailure `unsupported` for Docker schema 1 and unknown kinds, `wrong-content` for an invalid manifest
 */
export function parseManifest(text: string, mediaType: string, name: string): ManifestContent {
  const manifest = parseObject(text, name);
  const own = stringAt(manifest, 'mediaType') ?? mediaType;
  if (own !== mediaType) throw wrong(name, `the answer says ${mediaType}, its body ${own}`);
  const [layers, manifests] = [valueAt(manifest, 'layers'), valueAt(manifest, 'manifests')];
  if (Array.isArray(layers) && Array.isArray(manifests)) throw wrong(name, 'it is both an image and an index');
  if (isIndexType(mediaType) && isList(manifests)) {
    return { kind: 'index', manifests: arrayAt(manifest, 'manifests').map((entry) => parseDescriptor(entry, name)) };
  }
  if (imageTypes.includes(mediaType) && isList(layers)) {
    const config = parseDescriptor(valueAt(manifest, 'config'), name);
    const own = arrayAt(manifest, 'layers').filter((layer) => !isElsewhere(layer));
    return { kind: 'image', blobs: [config, ...own.map((entry) => parseDescriptor(entry, name))] };
  }
  throw new SyncFailure('unsupported', `reading manifest ${name}: its kind ${mediaType} cannot be copied by digest`);
}

/** Digest of the manifest that a manifest refers to; undefined when it refers to none. */
export function readSubject(text: string): string | undefined {
  return stringAt(JSON.parse(text), 'subject', 'digest');
}

/** Go writes null for an empty list. */
function isList(value: unknown): boolean {
  return value === null || Array.isArray(value);
}

function parseObject(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyncFailure('wrong-content', `reading manifest ${name}: expected JSON`, { cause: error });
  }
}

/** Whether a layer is where its `urls` say, so that no registry need hold it. Some builders write an empty list. */
export function isElsewhere(layer: unknown): boolean {
  return arrayAt(layer, 'urls').length > 0;
}

function parseDescriptor(entry: unknown, name: string): Descriptor {
  const digest = stringAt(entry, 'digest') ?? '';
  const size = valueAt(entry, 'size');
  if (!isDigest(digest) || typeof size !== 'number' || size < 0) throw wrong(name, 'an entry lacks its digest or size');
  return { digest, size };
}

function wrong(name: string, what: string): SyncFailure {
  return new SyncFailure('wrong-content', `reading manifest ${name}: ${what}`);
}
