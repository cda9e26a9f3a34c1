import { isLeftOut, patternsOf, type ImageChoice } from '../../../domain/images/plan/image-choice.ts';
import { formatImageName } from '../../../domain/oci/image-location.ts';
import type { PlanProblem } from '../../../domain/schemas/documents.ts';
import type { PlannedImage, SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { Item, Outcome } from '../../../domain/reports/outcome.ts';
import type { PlanGroup } from '../../../domain/reports/reasons.ts';
import { longestResults } from '../../../domain/images/copy/image-hint.ts';
import type { Log } from '../../../domain/core/ports.ts';

export type PlanSyncResult = 'image-count' | 'skipped-count' | 'problem-count' | 'plan-digest' | 'registry-replacement';

/** What is reported of a plan besides its images. */
export interface PlanFacts {
  /** Reasons, or images, whose problems are accepted. */
  readonly allowed: readonly string[];
  readonly planDigest: string;
  /** Pairs for crane-transform. */
  readonly replacement: string;
  readonly choice: ImageChoice;
}

/** Logs a plan, image by image. */
export function logPlan({ images, unpinned = [], skipped, problems }: SyncPlan, log: Log): void {
  for (const image of images) log.info(`copy ${nameOf(image)}: ${image.class}, ${image.reason}`);
  for (const { source, tag, reason } of unpinned)
    log.info(`copy ${formatImageName({ ...source, tag })}: ${reason}, pinned when it is copied`);
  for (const { image, class: imageClass, reason } of skipped) log.info(`skip ${image}: ${imageClass}, ${reason}`);
  for (const { image, usedBy } of skipped.filter(isLeftOut))
    if (usedBy.length > 0) log.warn(`${image} is not copied, and ${usedBy.join(', ')} uses it: see that it is there`);
  for (const { image, reason, message, usedBy } of skipped)
    if (reason === 'named-in-text' || reason === 'named-without-tag')
      log.warn(`${image}: ${withUsers(message, usedBy)}: see that the application finds it`);
  for (const { image, reason, message } of problems) log.warn(`${image}: ${reason}: ${message}`);
}

/** The outcome of planning: an item for each image, skipped tag and problem. */
export function outcomeOfPlan(plan: SyncPlan, facts: PlanFacts): Outcome<PlanSyncResult, PlanGroup> {
  const { images, unpinned = [], skipped, problems } = plan;
  const copies: readonly Item<PlanGroup>[] = images.map((image) => ({
    id: nameOf(image),
    outcome: 'done',
    reason: image.reason,
    message: withUsers(`to ${formatImageName(image.destination)}`, image.usedBy),
    evidence: { digest: image.digest, class: image.class },
  }));
  const open: readonly Item<PlanGroup>[] = unpinned.map(
    ({ source, tag, destination, reason, class: imageClass, usedBy }) => ({
      id: formatImageName({ ...source, tag }),
      outcome: 'done',
      reason,
      message: withUsers(`to ${formatImageName(destination)}, with the digest that it has when it is copied`, usedBy),
      evidence: { class: imageClass },
    }),
  );
  const isLong = facts.replacement.length > longestResults;
  const count = images.length + unpinned.length;
  return {
    items: [
      ...copies,
      ...open,
      ...itemsLeftOut({ skipped, problems }, facts.allowed),
      ...itemsOfUnused(plan, facts.choice),
      ...(isLong ? [longItem] : []),
    ],
    results: {
      'image-count': String(count),
      'skipped-count': String(skipped.length),
      'problem-count': String(problems.length),
      'plan-digest': facts.planDigest,
      'registry-replacement': isLong ? '' : facts.replacement,
    },
    summary: `${String(count)} images to copy, ${String(skipped.length)} skipped, ${String(problems.length)} problems`,
    remedy:
      'The plan holds all images that can be copied. Fix what the problems name on the source cluster and export ' +
      'again, or accept them with --allow-problems.',
  };
}

const longItem: Item<PlanGroup> = {
  id: 'result registry-replacement',
  outcome: 'failed',
  reason: 'result-too-long',
  message:
    'the pairs do not fit into a result, and stand in the file registry-replacement.txt; a mapping file that keeps paths makes them fewer',
};

/** Entries of image-exclude that no image has: a typing error would copy what was not wanted. */
export function itemsOfUnused(
  { images, unpinned = [], skipped, problems }: SyncPlan,
  { excluded }: ImageChoice,
): readonly Item<PlanGroup>[] {
  const names = [
    ...[...skipped, ...problems].map(({ image }) => image),
    ...images.flatMap(({ source, tags, digest }) =>
      [...tags.map((tag) => ({ tag })), { digest }].map((version) => formatImageName({ ...source, ...version })),
    ),
    ...unpinned.map(({ source, tag }) => formatImageName({ ...source, tag })),
  ];
  const used = new Set(names.flatMap((name) => patternsOf(excluded, [name])));
  return excluded
    .filter((pattern) => !used.has(pattern))
    .map(({ text }) => ({
      id: `image-exclude ${text}`,
      outcome: 'skipped',
      reason: 'exclusion-unused',
      message: 'no image has this name',
    }));
}

/** Items for what a plan leaves out: on purpose, or because nothing right could be planned. */
export function itemsLeftOut(
  { skipped, problems }: Pick<SyncPlan, 'skipped' | 'problems'>,
  allowed: readonly string[],
): readonly Item<PlanGroup>[] {
  const left: readonly Item<PlanGroup>[] = skipped.map(({ image, reason, message, class: imageClass, usedBy }) => ({
    id: image,
    outcome: 'skipped',
    reason,
    message: withUsers(message, usedBy),
    evidence: { class: imageClass },
  }));
  return [...left, ...problems.map((problem) => itemOfProblem(problem, allowed))];
}

function itemOfProblem({ image, reason, message, usedBy }: PlanProblem, allowed: readonly string[]): Item<PlanGroup> {
  const isAllowed = allowed.includes(reason) || allowed.includes(image);
  return { id: image, outcome: isAllowed ? 'skipped' : 'failed', reason, message: withUsers(message, usedBy) };
}

function withUsers(message: string, usedBy: readonly string[]): string {
  return usedBy.length === 0 ? message : `${message}; used by ${usedBy.join(', ')}`;
}

function nameOf({ source, tags }: PlannedImage): string {
  return `${source.path}:${tags.join(',')}`;
}
