import { TaskError } from '../core/errors.ts';
import {
  completeShortName,
  formatImageName,
  isRepositoryPath,
  parseImageReference,
  type ImageLocation,
  type ImageReference,
} from '../oci/image-location.ts';
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
 * its digest. Repositories that have the same last part keep as many more parts as distinguish their images. An image
 * without any name needs one.
 * @throws TaskError `invalid-param` for a missing or invalid name, `name-collision` for two images with one place
 */
export function placeImages(images: readonly ArchivedImage[], target: ImageTarget): readonly PlacedImage[] {
  if (images.length > 1 && (target.name !== undefined || target.tag !== undefined)) {
    throw new TaskError('invalid-param', 'placing images: image-name and image-tag are for an archive with one image', {
      remedy: 'Leave both out: the images keep their names and tags.',
    });
  }
  const sources = images.map((image) => sourceOf(image, target));
  const nameOf = findNames(sources);
  const placed = sources.map((source) => placeOne(source, nameOf(source), target));
  const names = placed.map(({ push }) => formatImageName(push));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length === 0) return placed;
  throw new TaskError('name-collision', `placing images: several images would be ${twice.join(', ')}`, {
    remedy: 'Push these images yourself, edit the values, and install the chart with helm.',
  });
}

/** An image with what its new name is made of. */
interface ImageSource {
  readonly image: ArchivedImage;
  /** Its complete name, without a tag. */
  readonly repository: string;
  /** Host and path of the repository. */
  readonly parts: readonly string[];
  readonly tag: string;
}

function sourceOf(image: ArchivedImage, target: ImageTarget): ImageSource {
  const texts = [...image.names, ...(image.source === undefined ? [] : [image.source])];
  const known = texts.flatMap((text) => parseImageReference(text) ?? []);
  const [first] = known;
  const repository = target.name === undefined ? first && partsOf(first) : givenName(target.name);
  if (repository === undefined) {
    throw new TaskError('invalid-param', 'placing images: the archive does not name its image', {
      remedy: 'Give the name of its repository with image-name, for example web.',
    });
  }
  const tag = target.tag ?? known.map((reference) => reference.tag).find((each) => each !== undefined);
  return { image, ...repository, tag: tag ?? tagOfDigest(image.manifest?.digest ?? image.config.digest) };
}

function givenName(name: string): Pick<ImageSource, 'repository' | 'parts'> | undefined {
  return isRepositoryPath(name) ? { repository: name, parts: [name] } : undefined;
}

function partsOf(reference: ImageReference): Pick<ImageSource, 'repository' | 'parts'> {
  const { host, path } = completeShortName(reference);
  // As a part of a path, an address has no colon.
  const hostPart = host.replaceAll(/[^a-z0-9.]+/g, '-').replace(/^-/, '');
  return { repository: formatImageName({ host, path }), parts: [hostPart, ...path.split('/')] };
}

/** Names for the images that differ where their repositories differ, whatever the order of the images. */
function findNames(sources: readonly ImageSource[]): (source: ImageSource) => string {
  const lengths = new Map<string, number>();
  const lengthOf = ({ repository }: ImageSource): number => lengths.get(repository) ?? 1;
  const nameOf = (source: ImageSource): string => source.parts.slice(-lengthOf(source)).join('/');
  for (;;) {
    const groups = [...Map.groupBy(sources, (source) => `${nameOf(source)}:${source.tag}`).values()];
    const mixed = groups.filter((group) => new Set(group.map(({ repository }) => repository)).size > 1).flat();
    const longer = mixed.filter((source) => lengthOf(source) < source.parts.length);
    if (longer.length === 0) return nameOf;
    for (const [repository, length] of longer.map((source) => [source.repository, lengthOf(source)] as const))
      lengths.set(repository, length + 1);
  }
}

function placeOne({ image, tag }: ImageSource, name: string, target: ImageTarget): PlacedImage {
  const location = { path: target.namespace === '' ? name : `${target.namespace}/${name}`, tag };
  return { image, push: { host: target.host, ...location }, pull: { host: target.pullHost, ...location } };
}
