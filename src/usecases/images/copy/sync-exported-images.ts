import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import { formatImageHint, longestResults, parseImageHint } from '../../../domain/images/copy/image-hint.ts';
import type { SyncResult } from './sync-images.ts';
import { itemsLeftOut, type PlanSyncResult } from '../plan/plan-outcome.ts';
import type { CopyRequest } from './read-request.ts';

export type ExportedSyncResult = SyncResult | PlanSyncResult;

export interface PlannedSync {
  readonly plan: SyncPlan;
  /** Outcome of planning. */
  readonly planning: Outcome<PlanSyncResult, CopyGroup>;
  /** Reasons, or images, whose problems are accepted. */
  readonly allowProblems: readonly string[];
}

/**
 * Copies what was planned a moment ago, and joins both reports: an item for each destination tag, and one for each image that was left out. Where nothing is to be copied no registry is asked.
 * @param copy copies a plan, as crane-skopeo-sync does
 */
export async function syncExportedImages(
  { plan, planning, allowProblems }: PlannedSync,
  copy: (request: CopyRequest) => Promise<Outcome<SyncResult, CopyGroup>>,
): Promise<Outcome<ExportedSyncResult, CopyGroup>> {
  const leftOut = itemsLeftOut(plan, allowProblems);
  const isEmpty = isEmptyPlan(plan);
  const copied = isEmpty ? nothingCopied : await copy(requestOf(plan));
  const skipped = Number(planning.results['skipped-count']) + Number(copied.results['skipped-count']);
  // Both are long, and share the bytes that one of them has elsewhere.
  const images = parseImageHint(copied.results.IMAGES);
  const hint = formatImageHint(images, longestResults - planning.results['registry-replacement'].length);
  const isCut = hint !== copied.results.IMAGES;
  return {
    items: [...leftOut, ...copied.items],
    results: { ...planning.results, ...copied.results, 'skipped-count': String(skipped), IMAGES: hint },
    summary: isEmpty
      ? `nothing to copy: ${planning.summary}`
      : `${planning.summary}; ${copied.summary}${isCut ? describeHintLimit(hint) : ''}`,
    remedy: [planning, copied].flatMap(({ remedy }) => remedy ?? []).join(' '),
  };
}

/** Whether a plan has no image to copy, so that no registry need be known. */
export function isEmptyPlan({ images, unpinned = [] }: SyncPlan): boolean {
  return images.length === 0 && unpinned.length === 0;
}

function describeHintLimit(hint: string): string {
  return `; beside registry-replacement the result IMAGES can hold ${String(parseImageHint(hint).length)}`;
}

function requestOf(plan: SyncPlan): CopyRequest {
  const { source, destination } = plan;
  // The problems are items of this run already.
  return {
    kind: 'plan',
    plan: { ...plan, problems: [] },
    leftOut: [],
    excluded: [],
    sourceRegistry: source.registry,
    destinationRegistry: destination.registry,
  };
}

/** How a copy of an empty plan ends. */
export const nothingCopied: Outcome<SyncResult, CopyGroup> = {
  items: [],
  results: {
    'image-count': '0',
    'copied-count': '0',
    'present-count': '0',
    'skipped-count': '0',
    'failed-count': '0',
    'referrer-count': '0',
    IMAGES: '',
  },
  summary: '0 images',
};
