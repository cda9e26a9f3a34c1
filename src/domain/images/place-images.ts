import { TaskError } from '../errors.ts';
import type { Candidate, PlanRequest } from './plan-request.ts';
import { keepTag, type PlannedImage } from './sync-plan.ts';

export type Places = Pick<PlanRequest, 'source' | 'destination'>;

/**
 * Gives each image its place at the destination, `registry/namespace/name`, and puts tags of one image together.
 * @throws TaskError `name-collision`, naming each destination tag that would get two images
 */
export function placeImages(candidates: readonly Candidate[], places: Places): readonly PlannedImage[] {
  const merged = new Map<string, Candidate & { readonly tags: readonly string[] }>();
  for (const candidate of [...candidates].sort(byName)) {
    const key = `${candidate.repository}@${candidate.digest}`;
    const before = merged.get(key);
    merged.set(key, {
      ...(before ?? candidate),
      tags: union(before?.tags ?? [], candidate.tag === undefined ? [] : [candidate.tag]),
      usedBy: union(before?.usedBy ?? [], candidate.usedBy),
    });
  }
  const images = [...merged.values()].map(({ repository, digest, tags, class: imageClass, reason, usedBy }) => ({
    source: `${places.source.registry}/${repository}`,
    digest,
    destination: `${places.destination.registry}/${places.destination.namespace}/${nameBelowNamespace(repository)}`,
    tags: tags.length === 0 ? [keepTag(digest)] : tags,
    class: imageClass,
    reason,
    usedBy,
  }));
  return separate(images).sort(byPlace);
}

// Tags before digests, so that what a tag says of an image wins over what a workload says of it.
function byName(one: Candidate, other: Candidate): number {
  return compare(nameOf(one), nameOf(other));
}

function nameOf({ repository, tag, digest }: Candidate): string {
  return tag === undefined ? `${repository} 1 ${digest}` : `${repository} 0 ${tag}`;
}

function nameBelowNamespace(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}

// Two source repositories may hold one image under one tag: the first brings it. Two images cannot share a tag.
function separate(images: readonly PlannedImage[]): PlannedImage[] {
  const takenBy = new Map<string, PlannedImage>();
  const collisions: string[] = [];
  const placed = images.map((image) => {
    const free = image.tags.filter((tag) => !takenBy.has(`${image.destination}:${tag}`));
    for (const tag of image.tags) {
      const other = takenBy.get(`${image.destination}:${tag}`) ?? image;
      takenBy.set(`${image.destination}:${tag}`, other);
      if (other.digest !== image.digest) collisions.push(describeCollision(tag, [other, image]));
    }
    return { ...image, tags: free };
  });
  if (collisions.length > 0) throw collisionError(collisions);
  return placed.filter((image) => image.tags.length > 0).map((image) => ({ ...image, usedBy: usersOf(image, images) }));
}

function usersOf({ destination, digest }: PlannedImage, images: readonly PlannedImage[]): readonly string[] {
  const same = images.filter((image) => image.destination === destination && image.digest === digest);
  return same.map((image) => image.usedBy).reduce(union, []);
}

function describeCollision(tag: string, [first, second]: readonly [PlannedImage, PlannedImage]): string {
  return `${second.destination}:${tag} would be both ${first.source}@${first.digest} and ${second.source}@${second.digest}`;
}

function collisionError(collisions: readonly string[]): TaskError {
  const more = collisions.length > 5 ? ` and ${String(collisions.length - 5)} more` : '';
  return new TaskError('name-collision', `planning image copies: ${collisions.slice(0, 5).join('; ')}${more}`, {
    remedy: 'Export and move one namespace at a time, or move them to different destination namespaces.',
  });
}

function byPlace(one: PlannedImage, other: PlannedImage): number {
  return compare(placeOf(one), placeOf(other));
}

function placeOf({ destination, digest, source }: PlannedImage): string {
  return `${destination} ${digest} ${source}`;
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort();
}

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}
