import { formatImageName, parseImageReference, pulledPart, type ImageReference } from '../../oci/image-location.ts';
import type { ImageStream, StreamTag } from '../image-stream.ts';
import { repositoryOf } from './image-choice.ts';
import type { PlanRequest } from './plan-request.ts';
import type { ImageUse } from '../workload-images.ts';

/** What workloads do with one tag. */
export interface TagUsage {
  /** `Kind namespace/name`, sorted. */
  readonly usedBy: readonly string[];
  /** A workload names it, or its image, on the registry itself: the destination's registry must have it. */
  readonly isPulled: boolean;
  /** Digests that a manifest names and nothing re-resolves. */
  readonly fixedDigests: ReadonlySet<string>;
}

/** A workload's image name that no tag of an exported stream stands for now. */
export interface UntaggedUse {
  /** Without its host; it has a tag or a digest. */
  readonly image: ImageReference;
  readonly stream: ImageStream | undefined;
  readonly isHistory: boolean;
  /** See ImageUse. */
  readonly isText: boolean;
  readonly usedBy: readonly string[];
}

export interface Usages {
  /** By `namespace/name:tag`. */
  readonly tags: ReadonlyMap<string, TagUsage>;
  readonly untagged: readonly UntaggedUse[];
}

const unused: TagUsage = { usedBy: [], isPulled: false, fixedDigests: new Set() };

/** The usage of a tag; of one that nothing uses, an empty one. */
export function usageOf(usages: Usages, tag: string): TagUsage {
  return usages.tags.get(tag) ?? unused;
}

interface OpenUsage {
  readonly usedBy: Set<string>;
  readonly fixedDigests: Set<string>;
  isPulled: boolean;
}

type UsageInput = Pick<PlanRequest, 'streams' | 'workloads' | 'namespaces'>;

/** Finds for each image name in workloads the tags that it stands for. */
export function assignUses({ streams, workloads, namespaces }: UsageInput): Usages {
  const known = new Map(streams.map((stream) => [`${stream.namespace}/${stream.name}`, stream]));
  const open = new Map<string, OpenUsage>();
  const untagged = new Map<string, UntaggedUse>();
  for (const use of workloads.images) {
    const target = targetOf(use, known);
    for (const tag of target.tags) note(open, formatImageName({ path: target.image.path, tag: tag.name }), use);
    if (target.tags.length === 0) addUntagged(untagged, target, use);
  }
  for (const { tag, by, isShortName } of workloads.tags) {
    const stream = known.get(repositoryOf(tag));
    if (stream === undefined && !isShortName) addOfOther(untagged, { tag, by }, namespaces);
    if (stream === undefined || (isShortName && !stream.localLookup)) continue;
    usageAt(open, tag).usedBy.add(by);
  }
  const tags = [...open].map(([tag, usage]) => [tag, { ...usage, usedBy: [...usage.usedBy].sort() }] as const);
  return { tags: new Map(tags), untagged: [...untagged.values()] };
}

interface Target {
  readonly image: ImageReference;
  readonly stream: ImageStream | undefined;
  readonly tags: readonly StreamTag[];
}

function targetOf({ reference }: ImageUse, known: ReadonlyMap<string, ImageStream>): Target {
  const image = pulledPart(reference);
  const stream = known.get(image.path);
  const tags = stream?.tags ?? [];
  const meant = tags.filter((each) => isMeant(each, image));
  return { image, stream, tags: meant };
}

function isMeant({ name, items }: StreamTag, { tag, digest }: ImageReference): boolean {
  return digest === undefined ? name === tag : items[0]?.digest === digest;
}

function usageAt(open: Map<string, OpenUsage>, tag: string): OpenUsage {
  const usage = open.get(tag) ?? { usedBy: new Set(), fixedDigests: new Set(), isPulled: false };
  open.set(tag, usage);
  return usage;
}

function note(open: Map<string, OpenUsage>, tag: string, use: ImageUse): void {
  if (use.isHistory) return;
  const usage = usageAt(open, tag);
  const { digest } = use.reference;
  usage.usedBy.add(use.by);
  usage.isPulled = true;
  if (digest !== undefined && use.isFixed) usage.fixedDigests.add(digest);
}

// One entry for each name: it is history only when everything that names it is.
function addUntagged(
  untagged: Map<string, UntaggedUse>,
  target: Target,
  use: Pick<ImageUse, 'by' | 'isHistory' | 'isText'>,
): void {
  const { image, stream } = target;
  const key = formatImageName(image);
  const before = untagged.get(key);
  untagged.set(key, {
    image,
    stream,
    isHistory: use.isHistory && (before?.isHistory ?? true),
    isText: use.isText && (before?.isText ?? true),
    usedBy: [...new Set([...(before?.usedBy ?? []), use.by])].sort(),
  });
}

/**
 * A stream of a namespace that was not exported, of which a build takes its base or which a trigger follows. Its image
 * is mostly in the workload too, and named then. The streams of `openshift` come with each cluster.
 */
function addOfOther(
  untagged: Map<string, UntaggedUse>,
  { tag, by }: { readonly tag: string; readonly by: string },
  namespaces: ReadonlySet<string>,
): void {
  const image = parseImageReference(tag);
  const namespace = tag.slice(0, tag.indexOf('/'));
  if (image === undefined || namespace === 'openshift' || namespaces.has(namespace)) return;
  const isNamed = [...untagged.values()].some((use) => use.image.path === image.path && use.usedBy.includes(by));
  if (!isNamed)
    addUntagged(
      untagged,
      { image: pulledPart(image), stream: undefined, tags: [] },
      { by, isHistory: false, isText: false },
    );
}
