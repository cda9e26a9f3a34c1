import type { SkippedImage } from '../../schemas/documents.ts';
import { isLeftOut } from './image-choice.ts';
import type { PlannedImage, SyncPlan } from './sync-plan.ts';

/** What an image plan says of the tags of the cluster's own registry. Tags are named `namespace/stream:tag`. */
export interface PlannedTags {
  /** Digest of each tag that is copied. */
  readonly copied: ReadonlyMap<string, string>;
  /** Streams, `namespace/stream`, that a copy creates at the destination under the same name. */
  readonly createdStreams: ReadonlySet<string>;
  readonly skipped: ReadonlyMap<string, SkippedImage>;
  /** Images that the user did not want, by the workloads that use them, `Kind namespace/name`. */
  readonly leftOut: ReadonlyMap<string, readonly SkippedImage[]>;
}

/**
 * Reads from a plan which tags are copied. A push creates the stream of the destination namespace only when the image
 * is copied to the repository of that namespace and name. A mapping file may name another one.
 */
export function plannedTags(plan: SyncPlan): PlannedTags {
  const { source, skipped } = plan;
  const own = plan.images.filter((image) => image.source.host === source.registry);
  return {
    copied: new Map(own.flatMap((image) => image.tags.map((tag) => [`${image.source.path}:${tag}`, image.digest]))),
    createdStreams: new Set(
      own.filter((image) => image.destination.path === pathOf(image, plan)).map((image) => image.source.path),
    ),
    skipped: new Map(skipped.map((each) => [each.image, each])),
    leftOut: usersOf(skipped.filter(isLeftOut)),
  };
}

function usersOf(skipped: readonly SkippedImage[]): PlannedTags['leftOut'] {
  const users = new Map<string, SkippedImage[]>();
  for (const image of skipped) for (const user of image.usedBy) users.set(user, [...(users.get(user) ?? []), image]);
  return users;
}

/** Digest of a tag, copied or imported again; undefined when the plan has none. */
export function digestOfTag({ copied, skipped }: PlannedTags, tag: string): string | undefined {
  return copied.get(tag) ?? skipped.get(tag)?.digest;
}

function pathOf({ source: { path } }: PlannedImage, { destination }: SyncPlan): string {
  return `${destination.namespace}/${path.slice(path.lastIndexOf('/') + 1)}`;
}
