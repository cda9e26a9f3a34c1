import { createHash, randomUUID } from 'node:crypto';
import { at, isObject, listAt, numberAt, stringAt, type Json, type JsonObject } from '../json.ts';
import { apiVersion, now, type Image, type ImageManifest } from './types.ts';

/** A content descriptor of the OCI image specification. */
export interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly platform?: Json;
}

/** A parsed manifest or index with the exact bytes that its digest stands for. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: Buffer;
  /** Only of an image manifest. */
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Only of an index. */
  readonly entries?: readonly Descriptor[];
}

/** What the Accept header of a manifest request must name to get every kind unconverted. */
export const manifestMediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/** Parses a manifest. Throws a TypeError when the bytes are not a manifest. */
export function parseManifest(body: Buffer, contentType: string | undefined): Manifest {
  const value: unknown = JSON.parse(body.toString());
  if (!isObject(value)) throw new TypeError('parsing a manifest: it is not a JSON object');
  const entries = value['manifests'];
  const config = at(value, 'config');
  const named = stringAt(value, 'mediaType') ?? contentType?.split(';')[0]?.trim();
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  if (Array.isArray(entries)) {
    return {
      digest,
      body,
      mediaType: named ?? manifestMediaTypes[0],
      layers: [],
      entries: entries.map(parseDescriptor),
    };
  }
  if (!isObject(config)) throw new TypeError('parsing a manifest: it has neither a config nor manifests');
  const layers = listAt(value, 'layers').map(parseDescriptor);
  return { digest, body, mediaType: named ?? manifestMediaTypes[2], config: parseDescriptor(config), layers };
}

/** Entries of an index without an operating system or architecture, which OpenShift refuses. */
export function entriesWithoutPlatform(manifest: Manifest): Descriptor[] {
  return (manifest.entries ?? []).filter(
    ({ platform }) => stringAt(platform, 'os') === undefined || stringAt(platform, 'architecture') === undefined,
  );
}

/** What is needed to describe an image besides its manifest. `config` is the parsed config blob, if it could be read. */
export interface ImageOrigin {
  readonly reference: string;
  readonly config?: unknown;
  /** Whether this registry holds the content, as after a push. */
  readonly managed: boolean;
}

/** The Image object of a manifest; the store gives the resourceVersion. */
export function describeImage(manifest: Manifest, origin: ImageOrigin): Image {
  const layers = manifest.layers.map(({ digest, size, mediaType }) => ({ name: digest, size, mediaType }));
  const managed = { 'openshift.io/image.managed': 'true', 'image.openshift.io/manifestBlobStored': 'true' };
  return {
    kind: 'Image',
    apiVersion,
    metadata: {
      name: manifest.digest,
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: now(),
      annotations: { 'image.openshift.io/dockerLayersOrder': 'ascending', ...(origin.managed ? managed : {}) },
    },
    dockerImageReference: origin.reference,
    dockerImageMetadata: describeConfig(manifest, origin.config),
    dockerImageMetadataVersion: '1.0',
    dockerImageManifestMediaType: manifest.mediaType,
    dockerImageLayers: layers,
    ...(manifest.entries === undefined ? {} : { dockerImageManifests: manifest.entries.map(describeEntry) }),
  };
}

function describeEntry({ digest, mediaType, size, platform }: Descriptor): ImageManifest {
  const variant = stringAt(platform, 'variant');
  return {
    digest,
    mediaType,
    manifestSize: size,
    architecture: stringAt(platform, 'architecture') ?? '',
    os: stringAt(platform, 'os') ?? '',
    ...(variant === undefined ? {} : { variant }),
  };
}

/** docker10.DockerImage of the OpenShift API: the config blob with capitalised members. */
function describeConfig(manifest: Manifest, config: unknown): JsonObject {
  const size = manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config?.size ?? 0);
  const head: JsonObject = { kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0' };
  if (manifest.config === undefined) return head;
  return {
    ...head,
    Id: manifest.config.digest,
    Created: stringAt(config, 'created') ?? null,
    Config: at(config, 'config') ?? {},
    Architecture: stringAt(config, 'architecture') ?? '',
    Os: stringAt(config, 'os') ?? '',
    Size: size,
  };
}

function parseDescriptor(value: unknown): Descriptor {
  const digest = stringAt(value, 'digest');
  if (digest === undefined) throw new TypeError('parsing a manifest: a descriptor has no digest');
  const platform = at(value, 'platform');
  return {
    digest,
    size: numberAt(value, 'size') ?? 0,
    mediaType: stringAt(value, 'mediaType') ?? 'application/octet-stream',
    ...(platform === undefined ? {} : { platform }),
  };
}
