import { isDigest } from './image-location.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
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

const indexTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const imageTypes: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Media types to ask for. Without them registries convert what they hold, and the digest is another one. */
export const acceptedManifests = [...imageTypes, ...indexTypes].join(', ');

/** Whether a media type is that of an index (OCI) or manifest list (Docker). */
export function isIndexType(mediaType: string): boolean {
  return indexTypes.includes(mediaType);
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
  const hasLayers = Array.isArray(valueAt(manifest, 'layers'));
  const hasManifests = Array.isArray(valueAt(manifest, 'manifests'));
  if (hasLayers && hasManifests) throw wrong(name, 'it is both an image and an index');
  if (isIndexType(mediaType) && hasManifests) {
    return { kind: 'index', manifests: arrayAt(manifest, 'manifests').map((entry) => parseDescriptor(entry, name)) };
  }
  if (imageTypes.includes(mediaType) && hasLayers) {
    const config = parseDescriptor(valueAt(manifest, 'config'), name);
    const layers = arrayAt(manifest, 'layers')
      .filter(isOwnLayer)
      .map((entry) => parseDescriptor(entry, name));
    return { kind: 'image', blobs: [config, ...layers] };
  }
  throw new SyncFailure('unsupported', `reading manifest ${name}: its kind ${mediaType} cannot be copied by digest`);
}

function parseObject(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyncFailure('wrong-content', `reading manifest ${name}: expected JSON`, { cause: error });
  }
}

// Foreign layers are where their `urls` say; no registry holds them.
function isOwnLayer(layer: unknown): boolean {
  return !(stringAt(layer, 'mediaType') ?? '').includes('foreign') && !(isObject(layer) && 'urls' in layer);
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
