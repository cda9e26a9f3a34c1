import { TaskError } from '../../../domain/core/errors.ts';
import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import { findArchivedImage, type ArchivedImage } from '../../../domain/oci/image-archive/archived-image.ts';
import type { IfExists } from '../copy/check-destination.ts';
import { openPushableImages, type PushableImages } from './pushable-image.ts';
import type { PushArchivePorts } from './ports.ts';
import type { PushedBlobs } from './push-blobs.ts';
import { pushContent } from './push-content.ts';
import type { ArchiveContent } from './read-image-archive.ts';

export interface PushTarget {
  /** What findArchivedImage takes: a name in the archive, the name at its source, `@0`, or a digest. */
  readonly image: string;
  /** Without a tag the image is pushed under its digest alone; never under `latest` unless that is its tag. */
  readonly destination: ImageLocation;
  /** For a tag that means another image; `fail` without it. */
  readonly ifExists?: IfExists | undefined;
}

export interface PushedImage {
  /** As it was asked for. */
  readonly image: string;
  readonly destination: ImageLocation;
  /** What the destination has now, or had already. */
  readonly digest: string;
  /** Of the image in the archive, whether it is kept or not; undefined where the archive has no manifests. */
  readonly previousDigest: string | undefined;
  /** The name with digest at its source, if the archive says so: what values of the application have. */
  readonly source: string | undefined;
  readonly configDigest: string;
  readonly outcome: 'pushed' | 'present' | 'skipped';
  /** What the tag meant before; undefined when it is new or unchanged. */
  readonly replaced: string | undefined;
}

/**
 * Pushes images of an archive. Compressed layers go as they are, and with the manifest of the archive its digest is
 * kept. An archive of the old form has neither: its layers are compressed, and the image gets a manifest of Docker's
 * kind around the same configuration.
 * @returns one entry for each target, in their order
 * @throws TaskError `invalid-param` for an image that is not in the archive, `name-collision` for a tag that means
 *   another image; SyncFailure
 */
export async function pushImageArchive(
  content: ArchiveContent,
  targets: readonly PushTarget[],
  ports: PushArchivePorts,
): Promise<readonly PushedImage[]> {
  const found = targets.map((target) => ({ target, image: findArchivedImage(content.images, target.image) }));
  const total = found.reduce((sum, { image }) => sum + bytesOf(image), 0);
  let done = 0;
  const advance = (bytes: number): void => {
    done += bytes;
    ports.progress(Math.min(done, total), total);
  };
  const pushed: PushedBlobs = { places: new Map(), advance };
  const images = openPushableImages(content);
  try {
    const results: PushedImage[] = [];
    for (const { target, image } of found) results.push(await pushOne({ target, image, images, pushed }, ports));
    return results;
  } finally {
    await images.close();
  }
}

interface Push {
  readonly target: PushTarget;
  readonly image: ArchivedImage;
  readonly images: PushableImages;
  readonly pushed: PushedBlobs;
}

async function pushOne({ target, image, images, pushed }: Push, ports: PushArchivePorts): Promise<PushedImage> {
  const { destination, ifExists = 'fail' } = target;
  const pushable = await images.open(image);
  const { digest } = pushable.manifest;
  const name = formatImageName(destination);
  if (destination.digest !== undefined && destination.digest !== digest) throw otherDigest(name, digest);
  // Read, since an answer to HEAD does not prove that a tag is absent: another image would be replaced.
  const present = await ports.destination(destination.host).read(destination.path, destination.tag ?? digest);
  const base = {
    image: target.image,
    destination,
    previousDigest: image.manifest?.digest,
    source: image.source,
    configDigest: image.config.digest,
  };
  if (present?.digest === digest) {
    pushed.advance(bytesOf(image));
    return { ...base, digest, outcome: 'present', replaced: undefined };
  }
  if (present !== undefined && ifExists === 'fail') throw tagTaken(name, { digest, present: present.digest });
  if (present !== undefined && ifExists === 'skip')
    return { ...base, digest: present.digest, outcome: 'skipped', replaced: undefined };
  await pushContent(pushable, destination, { pushed, ports });
  ports.log.info(`pushed ${name} ${digest}`);
  return { ...base, digest, outcome: 'pushed', replaced: present?.digest };
}

function bytesOf({ config, layers }: ArchivedImage): number {
  return [config, ...layers].reduce((sum, { size }) => sum + size, 0);
}

function otherDigest(name: string, digest: string): TaskError {
  return new TaskError('invalid-param', `pushing to ${name}: the image of the archive has the digest ${digest}`, {
    remedy: 'Give the destination a tag in place of the digest.',
  });
}

function tagTaken(name: string, { digest, present }: { readonly digest: string; readonly present: string }): TaskError {
  return new TaskError('name-collision', `pushing ${digest} to ${name}: the tag means another image, ${present}`, {
    remedy: 'Push under another tag, remove the tag, or set `if-exists` to replace or skip.',
  });
}
