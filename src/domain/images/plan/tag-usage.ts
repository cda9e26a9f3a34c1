import type { ImageStream, StreamTag } from '../image-stream.ts';
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
  /** Repository on the registry, for example `shop/web`. */
  readonly repository: string;
  readonly tag: string;
  /** Undefined for a name by tag. */
  readonly digest: string | undefined;
  readonly stream: ImageStream | undefined;
  readonly isHistory: boolean;
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

/** Finds for each image name in workloads the tags that it stands for. */
export function assignUses({ streams, workloads }: Pick<PlanRequest, 'streams' | 'workloads'>): Usages {
  const known = new Map(streams.map((stream) => [`${stream.namespace}/${stream.name}`, stream]));
  const open = new Map<string, OpenUsage>();
  const untagged = new Map<string, UntaggedUse>();
  for (const use of workloads.images) {
    const target = targetOf(use, known);
    for (const tag of target.tags) note(open, `${target.repository}:${tag.name}`, use);
    if (target.tags.length === 0) addUntagged(untagged, target, use);
  }
  for (const { tag, by, isShortName } of workloads.tags) {
    const stream = known.get(tag.slice(0, tag.lastIndexOf(':')));
    if (stream === undefined || (isShortName && !stream.localLookup)) continue;
    usageAt(open, tag).usedBy.add(by);
  }
  const tags = [...open].map(([tag, usage]) => [tag, { ...usage, usedBy: [...usage.usedBy].sort() }] as const);
  return { tags: new Map(tags), untagged: [...untagged.values()] };
}

interface Target {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
  readonly stream: ImageStream | undefined;
  readonly tags: readonly StreamTag[];
}

function targetOf({ reference }: ImageUse, known: ReadonlyMap<string, ImageStream>): Target {
  const { path, digest, tag = 'latest' } = reference;
  const stream = known.get(path);
  const tags = stream?.tags ?? [];
  const meant = tags.filter((each) => (digest === undefined ? each.name === tag : each.items[0]?.digest === digest));
  return { repository: path, tag, digest, stream, tags: meant };
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
function addUntagged(untagged: Map<string, UntaggedUse>, target: Target, use: ImageUse): void {
  const { repository, tag, digest, stream } = target;
  const key = `${repository}@${digest ?? tag}`;
  const before = untagged.get(key);
  untagged.set(key, {
    repository,
    tag,
    digest,
    stream,
    isHistory: use.isHistory && (before?.isHistory ?? true),
    usedBy: [...new Set([...(before?.usedBy ?? []), use.by])].sort(),
  });
}
