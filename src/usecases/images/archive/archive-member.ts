import { TaskError } from '../../../domain/core/errors.ts';
import type { OpenArchive } from '../../../domain/oci/image-archive/archive-files.ts';
import { blobName } from '../../../domain/oci/image-archive/archive-layout.ts';
import type { StoredBlob } from '../../../domain/oci/image-archive/archived-image.ts';
import type { Descriptor } from '../../../domain/oci/manifest.ts';

/** Manifests are at most 4 MiB by the distribution specification; configurations have no limit. */
const largestDocument = 8 * 1024 * 1024;

/** An archive and how messages name it. */
export interface NamedArchive {
  readonly archive: OpenArchive;
  readonly file: string;
}

/** Text or bytes of a member that describes something. */
export function readDocument({ archive }: NamedArchive, member: string): Promise<Uint8Array> {
  return archive.read(member, largestDocument);
}

/**
 * A small blob of an image layout.
 * @throws TaskError `invalid-file` when it is not there or its bytes have another digest
 */
export async function readStoredBlob(
  from: NamedArchive,
  blob: Descriptor,
  image: string,
): Promise<StoredBlob & { readonly bytes: Uint8Array }> {
  const member = blobName(blob.digest);
  if (from.archive.sizes.get(member) !== blob.size) throw absent(from, blob.digest, image);
  const bytes = await readDocument(from, member);
  const algorithm = algorithmOf(blob.digest);
  const { digest } = await from.archive.inspect(member, { algorithm, unpacked: false });
  if (digest !== blob.digest) throw changed(from, { member, digest: blob.digest }, image);
  return { digest, size: blob.size, member, bytes };
}

/** `sha256` of `sha256:<hex>`. */
export function algorithmOf(digest: string): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** An image needs something that the archive does not have. */
export function absent({ file }: NamedArchive, digest: string, image: string): TaskError {
  return unusable(file, `the image ${image} needs ${digest}, and the archive does not have it whole`);
}

/** Bytes of an archive that are not what their name or their list says. */
export function changed(
  { file }: NamedArchive,
  { member, digest }: { readonly member: string; readonly digest: string },
  image: string,
): TaskError {
  return unusable(file, `${member} of the image ${image} has not the digest ${digest}`);
}

/** An archive that cannot be used, with the reason. */
export function unusable(file: string, why: string): TaskError {
  return new TaskError('invalid-file', `reading the archive ${file}: ${why}`, {
    remedy:
      'Export the application again, or write the archive again with docker save, podman save or skopeo. Copy all of it.',
  });
}
