import type { PlanProblem, SyncPlan } from '../../schemas/documents.ts';
import { classifyUntagged } from './classify-untagged.ts';
import { decideTag } from './decide-tag.ts';
import { classifyExternal } from './external-registries.ts';
import { placeImages } from './place-images.ts';
import type { Decision, PlanRequest } from './plan-request.ts';
import { assignUses, usageOf } from './tag-usage.ts';

/**
 * Decides for each tag of each stream, and for each image that only workloads name, whether it must be copied, and to
 * where. The same request gives the same plan, in whatever order its lists are.
 * @throws TaskError `name-collision` when one tag at the destination would get two images
 */
export function planImages(request: PlanRequest): SyncPlan {
  const decisions = decideAll(request);
  const others = classifyExternal(request.others);
  const { source, destination, rules } = request;
  const candidates = decisions.flatMap((decision) => (decision.kind === 'copy' ? [decision.candidate] : []));
  const skipped = decisions.flatMap((decision) => (decision.kind === 'skip' ? [decision.skipped] : []));
  const placed = placeImages([...candidates, ...others.candidates], others.unpinned, { source, destination, rules });
  return {
    schemaVersion: 1,
    source,
    destination,
    ...placed,
    skipped: [...skipped, ...others.skipped].sort(byImage),
    problems: decisions.flatMap((decision) => (decision.kind === 'problem' ? [decision.problem] : [])).sort(byImage),
  };
}

function decideAll(request: PlanRequest): readonly Decision[] {
  const usages = assignUses(request);
  const tags = request.streams.flatMap((stream) =>
    stream.tags.map((tag) => {
      const usage = usageOf(usages, `${stream.namespace}/${stream.name}:${tag.name}`);
      return decideTag({ stream, tag, usage, request });
    }),
  );
  return [...tags, ...usages.untagged.map((use) => classifyUntagged(use, request))];
}

function byImage(one: Pick<PlanProblem, 'image'>, other: Pick<PlanProblem, 'image'>): number {
  return one.image < other.image ? -1 : 1;
}
