import { TaskError } from '../core/errors.ts';
import { formatImageName, isRepositoryPath, parseImageReference, type ImageLocation } from '../oci/image-location.ts';
import type { ArchivedImage } from '../oci/image-archive/archived-image.ts';
import { tagOfDigest } from '../images/plan/sync-plan.ts';

/** Where the images of an application go. */
export interface ImageTarget {
  /** Address to push to, `host` or `host:port`. */
  readonly host: string;
  /** Address that nodes pull from. */
  readonly pullHost: string;
  /** Path below the host; empty for none. */
  readonly namespace: string;
  /** Repository and tag for the image, when there is exactly one, in place of its own. */
  readonly name: string | undefined;
  readonly tag: string | undefined;
}

export interface PlacedImage {
  readonly image: ArchivedImage;
  readonly push: ImageLocation;
  readonly pull: ImageLocation;
}

/**
 * Gives each image its place: the last part of its repository below the namespace, with its tag, or one that is made of
 * its digest. An image without any name needs one.
 * @throws TaskError `invalid-param` for a missing or invalid name, `name-collision` for two images with one place
 */
export function placeImages(images: readonly ArchivedImage[], target: ImageTarget): readonly PlacedImage[] {
  if (images.length > 1 && (target.name !== undefined || target.tag !== undefined)) {
    throw new TaskError('invalid-param', 'placing images: image-name and image-tag are for an archive with one image', {
      remedy: 'Leave both out: the images keep their names and tags.',
    });
  }
  const placed = images.map((image) => placeOne(image, target));
  const names = placed.map(({ push }) => formatImageName(push));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length === 0) return placed;
  throw new TaskError('name-collision', `placing images: several images would be ${twice.join(', ')}`, {
    remedy: 'Import the application with one image at a time, or push these images yourself and edit the values.',
  });
}

function placeOne(image: ArchivedImage, target: ImageTarget): PlacedImage {
  const known = [...image.names, ...(image.source === undefined ? [] : [image.source])].map(parseImageReference);
  const path = known.map((reference) => reference?.path).find((each) => each !== undefined);
  const name = target.name ?? path?.slice(path.lastIndexOf('/') + 1);
  const tag = target.tag ?? known.map((reference) => reference?.tag).find((each) => each !== undefined);
  if (name === undefined || !isRepositoryPath(name)) {
    throw new TaskError('invalid-param', 'placing images: the archive does not name its image', {
      remedy: 'Give the name of its repository with image-name, for example web.',
    });
  }
  const location = {
    path: target.namespace === '' ? name : `${target.namespace}/${name}`,
    tag: tag ?? tagOfDigest(image.manifest?.digest ?? image.config.digest),
  };
  return { image, push: { host: target.host, ...location }, pull: { host: target.pullHost, ...location } };
}
