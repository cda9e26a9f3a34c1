import type { PlannedImage, SyncPlan, UnpinnedImage } from './sync-plan.ts';
import type { ImageClass } from '../../schemas/documents.ts';
import { formatImageName, type ImageLocation } from '../../oci/image-location.ts';
import { destinationName } from '../copy/copy-job.ts';
import { TaskError } from '../../core/errors.ts';
import type { UnplacedTag } from './external-registries.ts';
import { placeRepository } from './placing-rules.ts';
import type { Candidate } from './candidate.ts';
import type { PlanRequest } from './plan-request.ts';
import { tagOfDigest } from './sync-plan.ts';

export type Places = Pick<PlanRequest, 'source' | 'destination' | 'rules'>;

/**
 * Gives each image its place at the destination, `registry/namespace/name` where no rule says otherwise, and puts tags
 * of one image together.
 * @throws TaskError `name-collision`, naming each destination tag that would get two images
 */
export function placeImages(
  candidates: readonly Candidate[],
  unpinned: readonly UnplacedTag[],
  places: Places,
): Pick<SyncPlan, 'images' | 'unpinned'> {
  const merged = new Map<string, Candidate & { readonly tags: readonly string[] }>();
  for (const candidate of [...candidates].sort(byName)) {
    const key = nameOfSource(candidate);
    const before = merged.get(key);
    merged.set(key, {
      ...(before ?? candidate),
      tags: union(before?.tags ?? [], candidate.tag === undefined ? [] : [candidate.tag]),
      usedBy: union(before?.usedBy ?? [], candidate.usedBy),
    });
  }
  const images = [...merged.values()].map(({ source, digest, tags, class: imageClass, reason, usedBy }) => ({
    source,
    digest,
    destination: destinationOf(source, hasNamespace(imageClass), places),
    tags: tags.length === 0 ? [tagOfDigest(digest)] : tags,
    class: imageClass,
    reason,
    usedBy,
  }));
  const placed = separate(images).sort(byPlace);
  if (unpinned.length === 0) return { images: placed };
  return { images: placed, unpinned: placeUnpinned(unpinned, placed, places) };
}

// Outside the cluster's own registry the first part is not a namespace, and skopeo sync keeps the last part alone.
function hasNamespace(imageClass: ImageClass): boolean {
  return imageClass !== 'listed' && imageClass !== 'other-registry';
}

function destinationOf(source: ImageLocation, isBelowNamespace: boolean, places: Places): ImageLocation {
  const { path } = source;
  const name = path.slice((isBelowNamespace ? path.indexOf('/') : path.lastIndexOf('/')) + 1);
  return {
    host: places.destination.registry,
    path: placeRepository({ ...source, name }, places.rules),
  };
}

/** What such a tag means is not known yet, so that any other image of its place is one too many. */
function placeUnpinned(
  unpinned: readonly UnplacedTag[],
  images: readonly PlannedImage[],
  places: Places,
): readonly UnpinnedImage[] {
  const takenBy = new Map(
    images.flatMap((image) => image.tags.map((tag) => [destinationName(image, tag), nameOfSource(image)])),
  );
  const collisions: string[] = [];
  const placed = unpinned.map(({ source, tag, usedBy }): UnpinnedImage => {
    const destination = destinationOf(source, false, places);
    const name = destinationName({ destination }, tag);
    const own = formatImageName({ ...source, tag });
    const other = takenBy.get(name) ?? own;
    takenBy.set(name, other);
    if (other !== own) collisions.push(`${name} would be both ${other} and ${own}`);
    return { source, destination, tag, class: 'other-registry', reason: 'digest-unknown', usedBy };
  });
  if (collisions.length > 0) throw collisionError(collisions);
  return placed.sort((one, other) => compare(destinationName(one, one.tag), destinationName(other, other.tag)));
}

function nameOfSource({ source, digest }: Pick<PlannedImage, 'source' | 'digest'>): string {
  return formatImageName({ ...source, digest });
}

// Tags before digests, so that what a tag says of an image wins over what a workload says of it.
function byName(one: Candidate, other: Candidate): number {
  return compare(nameOf(one), nameOf(other));
}

function nameOf({ class: imageClass, source, tag, digest }: Candidate): string {
  const registry = hasNamespace(imageClass) ? '' : source.host;
  return `${registry}/${source.path} ${tag === undefined ? `1 ${digest}` : `0 ${tag}`}`;
}

// Two source repositories may hold one image under one tag: the first is copied. Two images cannot share a tag.
function separate(images: readonly PlannedImage[]): PlannedImage[] {
  const takenBy = new Map<string, PlannedImage>();
  const collisions: string[] = [];
  const placed = images.map((image) => {
    const free = image.tags.filter((tag) => !takenBy.has(destinationName(image, tag)));
    for (const tag of image.tags) {
      const other = takenBy.get(destinationName(image, tag)) ?? image;
      takenBy.set(destinationName(image, tag), other);
      if (other.digest !== image.digest) collisions.push(describeCollision(tag, [other, image]));
    }
    return { ...image, tags: free };
  });
  if (collisions.length > 0) throw collisionError(collisions);
  return [...Map.groupBy(placed, keyOfPlace).values()].flatMap((same) => {
    const usedBy = same.map((image) => image.usedBy).reduce(union, []);
    return same.filter(({ tags }) => tags.length > 0).map((image) => ({ ...image, usedBy }));
  });
}

/** An image at the destination, whichever source repository it is copied from. */
function keyOfPlace({ destination, digest }: PlannedImage): string {
  return formatImageName({ ...destination, digest });
}

function describeCollision(tag: string, [first, second]: readonly [PlannedImage, PlannedImage]): string {
  return `${destinationName(second, tag)} would be both ${nameOfSource(first)} and ${nameOfSource(second)}`;
}

function collisionError(collisions: readonly string[]): TaskError {
  const more = collisions.length > 5 ? ` and ${String(collisions.length - 5)} more` : '';
  return new TaskError('name-collision', `planning image copies: ${collisions.slice(0, 5).join('; ')}${more}`, {
    remedy:
      'Move one namespace at a time or to different destination namespaces, or name other places in a mapping file.',
  });
}

function byPlace(one: PlannedImage, other: PlannedImage): number {
  return compare(placeOf(one), placeOf(other));
}

function placeOf({ destination, digest, source }: PlannedImage): string {
  return `${formatImageName(destination)} ${digest} ${formatImageName(source)}`;
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort();
}

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}
