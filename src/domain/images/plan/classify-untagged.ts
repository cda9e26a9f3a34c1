import type { ImageClass, SkippedImage } from '../../schemas/documents.ts';
import type { Reason } from '../../reports/reasons.ts';
import { schema1Message } from './decide-tag.ts';
import { formatImageName, parseImageReference } from '../../oci/image-location.ts';
import type { Candidate } from './candidate.ts';
import type { Decision, PlanRequest } from './plan-request.ts';
import { isOnHost } from '../registry-hosts.ts';
import type { UntaggedUse } from './tag-usage.ts';

/** Decides what becomes of an image that only workloads name: an older digest, a digest without a tag, a lost tag. */
export function classifyUntagged(use: UntaggedUse, request: PlanRequest): Decision {
  const decision = classify(use, request);
  if (decision.kind !== 'problem' || !use.isText) return decision;
  const message = `only a text names it: ${decision.problem.message}`;
  return skip(use, 'pushed', { reason: 'named-in-text', message });
}

function classify(use: UntaggedUse, request: PlanRequest): Decision {
  const { path, digest } = use.image;
  const namespace = path.slice(0, Math.max(0, path.indexOf('/')));
  if (namespace === 'openshift') {
    return skip(use, 'openshift', { reason: 'openshift-namespace', message: 'comes with the cluster' });
  }
  if (use.isHistory) {
    return skip(use, 'pushed', { reason: 'unused-history', message: 'only old revisions and finished runs name it' });
  }
  if (namespace !== '' && !request.namespaces.has(namespace)) {
    return problem(use, 'other-namespace', `belongs to namespace ${namespace}, which was not exported`);
  }
  return digest === undefined ? decideByTag(use, request) : decideByDigest(use, digest, request);
}

// Without a stream, running pods show what the tag means. A name without a digest always has a tag (pulledPart).
function decideByTag(use: UntaggedUse, request: PlanRequest): Decision {
  const { path, tag } = use.image;
  const digest = request.running.get(formatImageName(use.image));
  if (digest !== undefined) {
    return copy(use, request, { tag, digest, class: classOf(digest, request), reason: 'running-image' });
  }
  if (use.stream === undefined) {
    return problem(use, 'digest-unknown', 'no exported stream has this image and no pod shows what its tag means');
  }
  return problem(use, 'deleted-tag', `stream ${path} has no tag ${String(tag)}`);
}

function decideByDigest(use: UntaggedUse, digest: string, request: PlanRequest): Decision {
  if (request.schema1.has(digest)) return problem(use, 'schema1-manifest', schema1Message);
  const item = use.stream?.tags.flatMap((tag) => tag.items).find((each) => each.digest === digest);
  if (item === undefined) {
    return copy(use, request, { digest, class: classOf(digest, request), reason: 'digest-only' });
  }
  const reference = parseImageReference(item.reference);
  const isPublic = reference !== undefined && !isOnHost(reference, request.aliases);
  if (!isPublic && reference?.path.startsWith('openshift/') === true) {
    const message = `is ${reference.path}, which comes with the cluster`;
    return skip(use, 'openshift', { reason: 'alias-to-openshift', message });
  }
  const imageClass = isPublic ? 'public' : classOf(digest, request);
  return copy(use, request, { digest, class: imageClass, reason: 'history-used' });
}

function classOf(digest: string, { evidence }: PlanRequest): ImageClass {
  return evidence.digests.has(digest) || evidence.labels.has(digest) ? 'built-in-cluster' : 'pushed';
}

function copy(
  { image: { path }, usedBy }: UntaggedUse,
  { source }: PlanRequest,
  image: Pick<Candidate, 'tag' | 'digest' | 'class' | 'reason'>,
): Decision {
  return { kind: 'copy', candidate: { source: { host: source.registry, path }, ...image, usedBy } };
}

function skip(use: UntaggedUse, imageClass: ImageClass, text: Pick<SkippedImage, 'reason' | 'message'>): Decision {
  const { image, usedBy } = use;
  const { digest } = image;
  const pinned = digest === undefined ? {} : { digest };
  return { kind: 'skip', skipped: { image: formatImageName(image), ...pinned, ...text, class: imageClass, usedBy } };
}

function problem(use: UntaggedUse, reason: Reason<'plan'>, message: string): Decision {
  return { kind: 'problem', problem: { image: formatImageName(use.image), reason, message, usedBy: use.usedBy } };
}
