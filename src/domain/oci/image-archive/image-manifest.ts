import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { SyncFailure } from '../failure.ts';
import { isDigest } from '../image-location.ts';
import { isElsewhere, parseManifest, type Descriptor } from '../manifest.ts';
import type { Manifest } from '../registry.ts';

/** What a manifest points at, with its kind. */
export interface TypedDescriptor extends Descriptor {
  readonly mediaType: string;
}

/** The parts of one image for one platform. */
export interface ImageParts {
  readonly config: TypedDescriptor;
  /** Lowest first; the same layer can come twice. */
  readonly layers: readonly TypedDescriptor[];
}

/**
 * Reads the manifest of one image. OCI manifests with layers of Docker's kinds, which some builders make, are read too.
 * @throws SyncFailure `unsupported` for an index, an artifact that is not an image, and for layers that no registry
 *   holds; `wrong-content` for an invalid manifest
 */
export function readImageManifest({ bytes, mediaType }: Omit<Manifest, 'digest'>, name: string): ImageParts {
  const text = new TextDecoder().decode(bytes);
  if (parseManifest(text, mediaType, name).kind === 'index')
    throw new SyncFailure('unsupported', `reading manifest ${name}: it is an index within an index`);
  const manifest: unknown = JSON.parse(text);
  const layers = arrayAt(manifest, 'layers').map((layer) => readDescriptor(layer, name));
  if (layers.some(({ mediaType: type }, index) => isForeign(type, valueAt(manifest, 'layers', index))))
    throw new SyncFailure('unsupported', `reading manifest ${name}: it has layers that its registry does not hold`);
  return { config: readDescriptor(valueAt(manifest, 'config'), name), layers };
}

/** What an image configuration says (OCI image specification, config.md). */
export interface ImageConfig {
  /** `os/architecture`, with `/variant` where it has one. */
  readonly platform: string;
  /** Digests of the layers without compression, lowest first. */
  readonly diffIds: readonly string[];
}

/**
 * Reads the configuration of an image.
 * @returns undefined when it is none: artifacts such as charts have others
 */
export function readImageConfig(bytes: Uint8Array): ImageConfig | undefined {
  let config: unknown;
  try {
    config = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const diffIds = arrayAt(config, 'rootfs', 'diff_ids').flatMap((id) =>
    typeof id === 'string' && isDigest(id) ? [id] : [],
  );
  const [os, architecture] = [stringAt(config, 'os'), stringAt(config, 'architecture')];
  if (os === undefined || architecture === undefined) return undefined;
  if (diffIds.length !== arrayAt(config, 'rootfs', 'diff_ids').length) return undefined;
  return { platform: platformText({ os, architecture, variant: stringAt(config, 'variant') }), diffIds };
}

/** `os/architecture[/variant]`. */
export function platformText(platform: {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}): string {
  const { os, architecture, variant } = platform;
  return `${os}/${architecture}${variant === undefined || variant === '' ? '' : `/${variant}`}`;
}

/**
 * Reads a descriptor of a manifest or an index (OCI image specification, descriptor.md).
 * @throws SyncFailure `wrong-content`
 */
export function readDescriptor(entry: unknown, name: string): TypedDescriptor {
  const [digest, mediaType] = [stringAt(entry, 'digest'), stringAt(entry, 'mediaType')];
  const size = valueAt(entry, 'size');
  const isSize = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
  if (digest === undefined || !isDigest(digest) || !isSize || mediaType === undefined)
    throw new SyncFailure('wrong-content', `reading manifest ${name}: an entry lacks its digest, size or kind`);
  return { digest, size, mediaType };
}

function isForeign(mediaType: string, layer: unknown): boolean {
  return mediaType.includes('foreign') || mediaType.includes('nondistributable') || isElsewhere(layer);
}
