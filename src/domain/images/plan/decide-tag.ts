import type { ImageClass, SkippedImage } from '../../schemas/documents.ts';
import type { Reason } from '../../reports/reasons.ts';
import { isDigest, isRepositoryPath, isTag, parseImageReference } from '../../oci/image-location.ts';
import type { ImageStream, StreamItem, StreamTag, TagOrigin } from '../image-stream.ts';
import { findTag, reachesOpenShift } from '../stream-tags.ts';
import type { Candidate } from './candidate.ts';
import type { Decision, PlanRequest } from './plan-request.ts';
import { isOnHost } from '../registry-hosts.ts';
import type { TagUsage } from './tag-usage.ts';

/** A tag of a stream, with what workloads do with it. */
export interface TagCase {
  readonly stream: ImageStream;
  readonly tag: StreamTag;
  readonly usage: TagUsage;
  readonly request: PlanRequest;
}

/** Decides what becomes of one tag: copied, left out, or reported as a problem; with its class and the reason. */
export function decideTag(of: TagCase): Decision {
  const { stream, tag } = of;
  if (stream.namespace === 'openshift') {
    return skip(of, 'openshift', { reason: 'openshift-namespace', message: 'comes with the cluster' });
  }
  if (tag.from !== undefined && reachesOpenShift(tag.from, stream, of.request.streams)) {
    const message = `points at ${describeOrigin(tag.from)}, which comes with the cluster`;
    return skip(of, 'openshift', { reason: 'alias-to-openshift', message });
  }
  if (!isRepositoryPath(repositoryOf(of)) || !isTag(tag.name)) {
    return problem(of, 'invalid-name', 'invalid repository and tag: no registry can hold this name');
  }
  const newest = tag.items[0];
  return newest === undefined || newest.digest === '' ? decideWithoutImage(of) : decideImage(of, newest);
}

// The server writes an item without a digest for a tag that only points (tagReferenceToTagEvent of openshift-apiserver).
function decideWithoutImage(of: TagCase): Decision {
  const { stream, tag, request } = of;
  const { from } = tag;
  const pointsAt = from?.name ?? tag.items[0]?.reference ?? '';
  if ((tag.isReference || from === undefined) && pointsAt !== '') {
    return skip(of, 'public', { reason: 'reference-tag', message: `only points at ${pointsAt}` });
  }
  if (tag.importFailure !== undefined) return broken(of, 'import-failed', importMessage(of, tag.importFailure));
  if (
    from !== undefined &&
    from.kind !== 'DockerImage' &&
    findTag(from, stream, request.streams)?.items[0] === undefined
  ) {
    return broken(of, 'deleted-target', `points at ${describeOrigin(from)}, which has no image`);
  }
  if (!stream.hasStatus) return broken(of, 'no-status', 'the stream has no status: what its tags mean is unknown');
  if (from === undefined) return problem(of, 'deleted-tag', 'the tag has no image any more');
  return broken(of, 'not-imported', `${from.name} was never imported`);
}

/**
 * A tag without an image. It stops the run only when a workload uses it, or when its spec cannot travel: the destination
 * refuses a source in a stream of another namespace, and one by digest that its stream does not have.
 */
function broken(of: TagCase, reason: Reason<'plan'>, message: string): Decision {
  const { stream, tag, usage } = of;
  const kind = tag.from?.kind;
  const isCarried = kind === 'DockerImage' || (kind === 'ImageStreamTag' && tag.from?.namespace === stream.namespace);
  if (!isCarried || usage.usedBy.length > 0) return problem(of, reason, message);
  const imageClass = kind === 'DockerImage' ? 'public' : 'pushed';
  return skip(of, imageClass, { reason, message: `${message}; no workload uses it, and its spec travels` });
}

function decideImage(of: TagCase, item: StreamItem): Decision {
  const reference = parseImageReference(item.reference);
  if (reference === undefined || !isDigest(item.digest)) {
    return problem(of, 'invalid-image', 'its status names no valid image and digest');
  }
  if (!isOnHost(reference, of.request.aliases)) return decidePublic(of, item);
  if (reference.path.startsWith('openshift/')) {
    const message = `is ${reference.path}, which comes with the cluster`;
    return skip(of, 'openshift', { reason: 'alias-to-openshift', message });
  }
  if (of.request.schema1.has(item.digest)) return problem(of, 'schema1-manifest', schema1Message);
  return decideInternal(of, { digest: item.digest, path: reference.path });
}

/** Why an image in the obsolete form is not planned. */
export const schema1Message =
  'its manifest has the obsolete schema 1, which current registries refuse: build or push it again, then export again';

function decidePublic(of: TagCase, { digest, reference }: StreamItem): Decision {
  const { tag, usage } = of;
  if (usage.isPulled) return copy(of, { digest, class: 'public', reason: 'pulled-through' });
  const again = `is imported again at the destination from ${reference}`;
  if (tag.importFailure !== undefined) {
    const message = importMessage(of, tag.importFailure);
    if (usage.usedBy.length > 0) return problem(of, 'import-failed', message);
    const text = `${message}; no workload uses it, and its image ${again}`;
    return skip(of, 'public', { digest, reference, reason: 'import-failed', message: text });
  }
  const reason = tag.referencePolicy === 'Local' ? 'public-local-policy' : 'public-source';
  return skip(of, 'public', { digest, reference, reason, message: again });
}

interface InternalImage {
  readonly digest: string;
  /** Repository it was pushed to. */
  readonly path: string;
}

function decideInternal(of: TagCase, { digest, path }: InternalImage): Decision {
  const { evidence, builtImages } = of.request;
  const name = nameOf(of);
  const config = evidence.configs.get(name);
  const reported = evidence.outputs.get(name);
  const isReplaced = reported !== undefined && reported.size > 0 && !reported.has(digest);
  const isBuilt = config !== undefined && !isReplaced;
  if (isBuilt && builtImages === 'rebuild' && !of.usage.fixedDigests.has(digest)) {
    const message = `BuildConfig ${config} builds it at the destination`;
    return skip(of, 'built-in-cluster', { digest, reason: 'rebuilt-at-destination', message });
  }
  if (evidence.digests.has(digest) || (reported !== undefined && reported.size === 0)) {
    return copy(of, { digest, class: 'built-in-cluster', reason: 'built-by-build' });
  }
  if (isBuilt) return copy(of, { digest, class: 'built-in-cluster', reason: 'built-by-config' });
  if (evidence.labels.has(digest)) return copy(of, { digest, class: 'built-in-cluster', reason: 'build-labels' });
  if (isReplaced) return copy(of, { digest, class: 'pushed', reason: 'pushed-over-build' });
  const isForeign = path !== repositoryOf(of);
  return copy(of, { digest, class: 'pushed', reason: isForeign ? 'tagged-from-stream' : 'pushed' });
}

function repositoryOf({ stream }: TagCase): string {
  return `${stream.namespace}/${stream.name}`;
}

function nameOf(of: TagCase): string {
  return `${repositoryOf(of)}:${of.tag.name}`;
}

function importMessage({ tag: { from }, request }: TagCase, failure: string): string {
  return `its last import from ${from?.name ?? 'its source'} did not work: ${request.redactor.redact(failure)}`;
}

function describeOrigin({ namespace, name }: TagOrigin): string {
  return `${namespace}/${name}`;
}

function copy(of: TagCase, image: Pick<Candidate, 'digest' | 'class' | 'reason'>): Decision {
  const source = { host: of.request.source.registry, path: repositoryOf(of) };
  return { kind: 'copy', candidate: { source, tag: of.tag.name, ...image, usedBy: of.usage.usedBy } };
}

function skip(
  of: TagCase,
  imageClass: ImageClass,
  text: Pick<SkippedImage, 'digest' | 'reference' | 'reason' | 'message'>,
): Decision {
  return { kind: 'skip', skipped: { image: nameOf(of), ...text, class: imageClass, usedBy: of.usage.usedBy } };
}

function problem(of: TagCase, reason: Reason<'plan'>, message: string): Decision {
  return { kind: 'problem', problem: { image: nameOf(of), reason, message, usedBy: of.usage.usedBy } };
}
