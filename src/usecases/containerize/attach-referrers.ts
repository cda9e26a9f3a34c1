import { tagOfDigest } from '../../domain/images/plan/sync-plan.ts';
import type { PinnedImage } from '../../domain/oci/image-location.ts';
import {
  artifactManifestType,
  emptyConfig,
  formatReferrerManifest,
  referrerDescriptor,
  type ReferringDocument,
} from '../../domain/oci/referrer-artifact.ts';
import type { Referrer } from '../../domain/oci/referrers.ts';
import type { Manifest } from '../../domain/oci/registry.ts';
import { blobOfBytes } from '../images/archive/blob-of-bytes.ts';
import type { PushArchivePorts } from '../images/archive/ports.ts';
import { pushContent } from '../images/archive/push-content.ts';
import { readReferrerList, updateReferrerList } from '../images/copy/referrer-list.ts';

export interface AttachPorts extends PushArchivePorts {
  /** `sha256:<hex>` of bytes. */
  readonly digestOf: (bytes: Uint8Array) => string;
}

/**
 * Pushes documents as artifacts that refer to an image, and proves that the registry lists them: by its referrers API,
 * or in the index under the fallback tag. Documents that are there already are not pushed again.
 * @param image where the manifest was pushed
 * @returns digests of the artifacts, in the order of the documents
 * @throws SyncFailure `referrers-refused` for a registry that can list nothing
 */
export async function attachReferrers(
  { image, manifest }: { readonly image: PinnedImage; readonly manifest: Manifest },
  documents: readonly ReferringDocument[],
  ports: AttachPorts,
): Promise<readonly string[]> {
  const { hasApi } = await readReferrerList(image, ports);
  const subject = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
  const attached: Referrer[] = [];
  for (const { type, file, text } of documents) {
    const config = blobOfBytes(new TextEncoder().encode(emptyConfig), ports.digestOf);
    const document = blobOfBytes(new TextEncoder().encode(text), ports.digestOf);
    const bytes = new TextEncoder().encode(formatReferrerManifest({ type, file }, subject, { config, document }));
    const digest = ports.digestOf(bytes);
    const artifact = { bytes, digest, mediaType: artifactManifestType };
    // Registries without the API drop what no tag holds.
    const place = { host: image.host, path: image.path, ...(hasApi ? { digest } : { tag: tagOfDigest(digest) }) };
    const pushed = { places: new Map<string, string>(), advance: () => undefined };
    await pushContent({ manifest: artifact, blobs: [config, document] }, place, { pushed, ports });
    attached.push({ digest, descriptor: referrerDescriptor(type, { digest, size: bytes.length }) });
  }
  await updateReferrerList(image, attached, ports);
  return attached.map(({ digest }) => digest);
}
