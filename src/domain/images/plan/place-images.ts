import type { PlannedImage, SyncPlan, UnpinnedImage } from '../../schemas/documents.ts';
import { TaskError } from '../../core/errors.ts';
import type { Unpinned } from './external-registries.ts';
import { placeRepository } from './placing-rules.ts';
import type { Candidate } from './candidate.ts';
import type { PlanRequest } from './plan-request.ts';
import { keepTag } from './sync-plan.ts';

export type Places = Pick<PlanRequest, 'source' | 'destination' | 'rules'>;

/**
 * Gives each image its place at the destination, `registry/namespace/name` where no rule says otherwise, and puts tags
 * of one image together.
 * @throws TaskError `name-collision`, naming each destination tag that would get two images
 */
export function placeImages(
  candidates: readonly Candidate[],
  unpinned: readonly Unpinned[],
  places: Places,
): Pick<SyncPlan, 'images' | 'unpinned'> {
  const merged = new Map<string, Candidate & { readonly tags: readonly string[] }>();
  for (const candidate of [...candidates].sort(byName)) {
    const key = `${candidate.registry ?? ''}/${candidate.repository}@${candidate.digest}`;
    const before = merged.get(key);
    merged.set(key, {
      ...(before ?? candidate),
      tags: union(before?.tags ?? [], candidate.tag === undefined ? [] : [candidate.tag]),
      usedBy: union(before?.usedBy ?? [], candidate.usedBy),
    });
  }
  const images = [...merged.values()].map(({ digest, tags, class: imageClass, reason, usedBy, ...from }) => ({
    source: sourceOf(from, places),
    digest,
    destination: destinationOf(from, places),
    tags: tags.length === 0 ? [keepTag(digest)] : tags,
    class: imageClass,
    reason,
    usedBy,
  }));
  const placed = separate(images).sort(byPlace);
  if (unpinned.length === 0) return { images: placed };
  return { images: placed, unpinned: placeUnpinned(unpinned, placed, places) };
}

type Origin = Pick<Candidate, 'registry' | 'repository'>;

function sourceOf({ registry, repository }: Origin, { source }: Places): string {
  return `${registry ?? source.registry}/${repository}`;
}

function destinationOf({ registry, repository }: Origin, { source, destination, rules }: Places): string {
  // Below another registry the first part is not a namespace, and skopeo sync keeps the last one alone.
  const cut = registry === undefined ? repository.indexOf('/') : repository.lastIndexOf('/');
  const name = repository.slice(cut + 1);
  return `${destination.registry}/${placeRepository({ registry: registry ?? source.registry, path: repository, name }, rules)}`;
}

/** What such a tag means is not known yet, so that any other image of its place is one too many. */
function placeUnpinned(
  unpinned: readonly Unpinned[],
  images: readonly PlannedImage[],
  places: Places,
): readonly UnpinnedImage[] {
  const takenBy = new Map(
    images.flatMap((image) => image.tags.map((tag) => [`${image.destination}:${tag}`, nameOfSource(image)])),
  );
  const collisions: string[] = [];
  const placed = unpinned.map(({ registry, repository, tag, usedBy }): UnpinnedImage => {
    const source = sourceOf({ registry, repository }, places);
    const destination = destinationOf({ registry, repository }, places);
    const name = `${destination}:${tag}`;
    const own = `${source}:${tag}`;
    const other = takenBy.get(name) ?? own;
    takenBy.set(name, other);
    if (other !== own) collisions.push(`${name} would be both ${other} and ${own}`);
    return { source, destination, tag, class: 'other-registry', reason: 'digest-unknown', usedBy };
  });
  if (collisions.length > 0) throw collisionError(collisions);
  return placed.sort((one, other) => compare(`${one.destination}:${one.tag}`, `${other.destination}:${other.tag}`));
}

function nameOfSource({ source, digest }: PlannedImage): string {
  return `${source}@${digest}`;
}

// Tags before digests, so that what a tag says of an image wins over what a workload says of it.
function byName(one: Candidate, other: Candidate): number {
  return compare(nameOf(one), nameOf(other));
}

function nameOf({ registry = '', repository, tag, digest }: Candidate): string {
  return `${registry}/${repository} ${tag === undefined ? `1 ${digest}` : `0 ${tag}`}`;
}

// Two source repositories may hold one image under one tag: the first is copied. Two images cannot share a tag.
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
  return `${second.destination}:${tag} would be both ${nameOfSource(first)} and ${nameOfSource(second)}`;
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
  return `${destination} ${digest} ${source}`;
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort();
}

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}
