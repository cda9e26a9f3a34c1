import type { PlanProblem, SkippedImage } from '../../schemas/documents.ts';
import { formatImageName } from '../../oci/image-location.ts';
import type { Candidate } from './candidate.ts';
import type { SyncPlan } from './sync-plan.ts';
import { classifyUntagged } from './classify-untagged.ts';
import { decideTag } from './decide-tag.ts';
import { classifyExternal } from './external-registries.ts';
import { leftOutBy } from './image-choice.ts';
import { openMentions } from './open-mentions.ts';
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
  const others = classifyExternal(request.others, request.choice);
  const { source, destination, rules } = request;
  const candidates = decisions.flatMap((decision) => (decision.kind === 'copy' ? [decision.candidate] : []));
  const skipped = decisions.flatMap((decision) => (decision.kind === 'skip' ? [decision.skipped] : []));
  const placed = placeImages([...candidates, ...others.candidates], others.unpinned, { source, destination, rules });
  return {
    schemaVersion: 1,
    source,
    destination,
    ...placed,
    skipped: [...skipped, ...ownMentions(request), ...others.skipped].sort(byImage),
    problems: decisions.flatMap((decision) => (decision.kind === 'problem' ? [decision.problem] : [])).sort(byImage),
  };
}

/** Of a stream each tag has an entry in the plan already. */
function ownMentions({ workloads, streams }: PlanRequest): readonly SkippedImage[] {
  const known = new Set(streams.map(({ namespace, name }) => `${namespace}/${name}`));
  const unknown = workloads.mentions.filter(({ name }) => !known.has(name.slice(name.indexOf('/') + 1)));
  return openMentions(unknown, 'pushed');
}

function decideAll(request: PlanRequest): readonly Decision[] {
  const usages = assignUses(request);
  const tags = request.streams.flatMap((stream) =>
    stream.tags.map((tag) => {
      const usage = usageOf(usages, `${stream.namespace}/${stream.name}:${tag.name}`);
      return leaveOut(decideTag({ stream, tag, usage, request }), request, tag.items[0]?.reference);
    }),
  );
  return [...tags, ...usages.untagged.map((use) => leaveOut(classifyUntagged(use, request), request))];
}

/** @param reference name by which the source imported the image of the tag, so that the destination can */
function leaveOut(decision: Decision, { choice }: PlanRequest, reference?: string): Decision {
  if (decision.kind === 'skip') return decision;
  const image = decision.kind === 'copy' ? nameOf(decision.candidate) : decision.problem.image;
  const left = leftOutBy(choice, [image]);
  if (left === undefined) return decision;
  if (decision.kind === 'problem') {
    const { usedBy, message } = decision.problem;
    return {
      kind: 'skip',
      skipped: { image, ...left, message: `${left.message}; ${message}`, class: 'pushed', usedBy },
    };
  }
  const { digest, class: imageClass, usedBy } = decision.candidate;
  const again = imageClass === 'public' && reference !== undefined ? { reference } : {};
  return { kind: 'skip', skipped: { image, digest, ...again, ...left, class: imageClass, usedBy } };
}

function nameOf({ source: { path }, tag, digest }: Candidate): string {
  return formatImageName(tag === undefined ? { path, digest } : { path, tag });
}

function byImage(one: Pick<PlanProblem, 'image'>, other: Pick<PlanProblem, 'image'>): number {
  return one.image < other.image ? -1 : 1;
}
