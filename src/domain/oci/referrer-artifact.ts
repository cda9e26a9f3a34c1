import type { JsonObject } from '../core/json-object.ts';
import type { Descriptor } from './manifest.ts';

/** A document that refers to an image. */
export interface ReferringDocument {
  /** Media type, which is the type of the artifact too. */
  readonly type: string;
  /** Name of the file that clients such as oras write. */
  readonly file: string;
  readonly text: string;
}

/** The configuration of an artifact that has none (OCI image specification, "Guidance for an Empty Descriptor"). */
export const emptyConfig = '{}';
export const artifactManifestType = 'application/vnd.oci.image.manifest.v1+json';

/** The manifest of an artifact with one document, which refers to an image (OCI image specification 1.1). */
export function formatReferrerManifest(
  { type, file }: Omit<ReferringDocument, 'text'>,
  subject: Descriptor & { readonly mediaType: string },
  { config, document }: { readonly config: Descriptor; readonly document: Descriptor },
): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: artifactManifestType,
    artifactType: type,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: config.digest, size: config.size },
    layers: [
      {
        mediaType: type,
        digest: document.digest,
        size: document.size,
        annotations: { 'org.opencontainers.image.title': file },
      },
    ],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  });
}

/** The descriptor of such a manifest in a list of referrers. */
export function referrerDescriptor(type: string, manifest: Descriptor): JsonObject {
  return { mediaType: artifactManifestType, digest: manifest.digest, size: manifest.size, artifactType: type };
}
