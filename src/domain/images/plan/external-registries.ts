import { parseCommaList } from '../../core/comma-list.ts';
import type { SkippedImage } from '../../schemas/documents.ts';
import type { UnpinnedImage } from './sync-plan.ts';
import { TaskError } from '../../core/errors.ts';
import { formatImageName, isRegistryHost, pulledPart } from '../../oci/image-location.ts';
import type { Candidate } from './candidate.ts';
import { leftOutBy, type ImageChoice } from './image-choice.ts';
import { normalizeHost } from '../registry-hosts.ts';
import { openMentions } from './open-mentions.ts';
import type { ImageUse, OpenMention } from '../workload-images.ts';

/** A registry that keeps no ImageStreams, and whose images are to be moved. */
export interface RegistryName {
  /** Host in manifests. */
  readonly inside: string;
  /** Host to read from; the same when nothing else is said. */
  readonly outside: string;
}

/** Such a registry, with what an export has about its images. */
export interface ExternalRegistry extends RegistryName {
  readonly images: readonly ImageUse[];
  readonly mentions: readonly OpenMention[];
  /** Digest of what runs, by `repository:tag`; without tags of which Pods show several: the registry is asked then. */
  readonly running: ReadonlyMap<string, string>;
  /** Digests of tags of which Pods show several. */
  readonly split: ReadonlyMap<string, readonly string[]>;
}

/** A tag whose digest the export does not have, before it has a place at the destination. */
export type UnplacedTag = Pick<UnpinnedImage, 'source' | 'tag' | 'usedBy'>;

/** What becomes of the images of such registries. */
export interface ExternalDecisions {
  readonly candidates: readonly Candidate[];
  readonly unpinned: readonly UnplacedTag[];
  readonly skipped: readonly SkippedImage[];
}

/**
 * Reads a list such as `registry.internal:5000,old.example=registry.example.com`: hosts in manifests, each with the
 * address to read from where that is another one.
 * @throws TaskError `invalid-param`
 */
export function parseRegistryNames(text: string): readonly RegistryName[] {
  const names = new Map<string, RegistryName>();
  for (const piece of parseCommaList(text)) {
    const [inside = '', outside = inside, more] = piece.split('=');
    if (!isRegistryHost(inside) || !isRegistryHost(outside) || more !== undefined) {
      throw refuse(piece, 'expected host or host=host', 'Write hosts with optional ports, separated by commas.');
    }
    if (shortNamed.has(normalizeHost(inside))) {
      throw refuse(piece, 'its images have short names too', 'List the images in a skopeo source file instead.');
    }
    names.set(normalizeHost(inside), { inside: normalizeHost(inside), outside: outside.toLowerCase() });
  }
  return [...names.values()];
}

// Manifests name images of this hub without a host, and nodes may search other registries for them.
const shortNamed = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/**
 * Decides for each image that workloads name on such registries. Running pods have digests; the rest is asked for
 * later.
 */
export function classifyExternal(registries: readonly ExternalRegistry[], choice: ImageChoice): ExternalDecisions {
  const found = registries.flatMap((registry) =>
    mergeUses(registry).map((use) => leaveOut(use, registry, choice) ?? decide(use, registry)),
  );
  return {
    candidates: found.flatMap((one) => ('candidate' in one ? [one.candidate] : [])),
    unpinned: found.flatMap((one) => ('unpinned' in one ? [one.unpinned] : [])),
    skipped: [
      ...found.flatMap((one) => ('skipped' in one ? [one.skipped] : [])),
      ...registries.flatMap(({ mentions }) => openMentions(mentions, 'other-registry')),
    ],
  };
}

interface MergedUse {
  readonly path: string;
  readonly tag: string;
  readonly digest: string | undefined;
  readonly isHistory: boolean;
  readonly usedBy: readonly string[];
}

function mergeUses({ images }: ExternalRegistry): readonly MergedUse[] {
  const merged = new Map<string, MergedUse>();
  for (const { reference, by, isHistory } of images) {
    const { path, tag = 'latest', digest } = reference;
    const key = formatImageName(pulledPart(reference));
    const before = merged.get(key);
    merged.set(key, {
      path,
      tag,
      digest,
      isHistory: isHistory && (before?.isHistory ?? true),
      usedBy: [...new Set([...(before?.usedBy ?? []), by])].sort(),
    });
  }
  return [...merged.values()];
}

type Decided =
  | { readonly candidate: Candidate }
  | { readonly unpinned: UnplacedTag }
  | { readonly skipped: SkippedImage };

function leaveOut(use: MergedUse, { inside, outside }: ExternalRegistry, choice: ImageChoice): Decided | undefined {
  const pulled = pulledPart(use);
  const names = [inside, outside].map((host) => formatImageName({ host, ...pulled }));
  const left = use.isHistory ? undefined : leftOutBy(choice, names);
  if (left === undefined) return undefined;
  const image = formatImageName({ host: inside, ...pulled });
  return { skipped: { image, ...left, class: 'other-registry', usedBy: use.usedBy } };
}

function decide({ path, tag, digest, isHistory, usedBy }: MergedUse, registry: ExternalRegistry): Decided {
  const source = { host: registry.outside, path };
  if (isHistory) {
    const image = formatImageName({ host: registry.inside, ...pulledPart({ path, tag, digest }) });
    const message = 'only old revisions and finished runs name it';
    return { skipped: { image, class: 'other-registry', reason: 'unused-history', message, usedBy } };
  }
  const shared = { source, class: 'other-registry', usedBy } as const;
  if (digest !== undefined) return { candidate: { ...shared, digest, reason: 'named-by-digest' } };
  const running = registry.running.get(formatImageName({ path, tag }));
  if (running === undefined) return { unpinned: { source, tag, usedBy } };
  return { candidate: { ...shared, tag, digest: running, reason: 'running-image' } };
}

function refuse(piece: string, why: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading registries: ${JSON.stringify(piece)}: ${why}`, { remedy });
}
