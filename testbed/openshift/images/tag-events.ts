import type { ImageStream, TagCondition, TagEvent, TagHistory, TagReference } from './types.ts';
import { exactReference, parseImageReference } from './image-reference.ts';

/** The tag's history, undefined when the status does not know the tag. */
export function historyOf(stream: ImageStream, tag: string): TagHistory | undefined {
  return stream.status.tags?.find((history) => history.tag === tag);
}

/** The newest event of a tag. */
export function latestEvent(stream: ImageStream, tag: string): TagEvent | undefined {
  return historyOf(stream, tag)?.items?.[0];
}

/** The tag as the user wants it, undefined when the spec does not name it. */
export function specTag(stream: ImageStream, tag: string): TagReference | undefined {
  return stream.spec.tags?.find(({ name }) => name === tag);
}

/** The newest event of any tag that points at the digest. */
export function eventOfDigest(stream: ImageStream, digest: string): TagEvent | undefined {
  const events = (stream.status.tags ?? []).flatMap(({ items }) => items ?? []).filter(({ image }) => image === digest);
  return events.reduce<TagEvent | undefined>(
    (newest, event) => (newest === undefined || event.created > newest.created ? event : newest),
    undefined,
  );
}

/**
 * Adds an event the way openshift-apiserver does (AddTagEventToImageStream): an event that differs in image and reference goes
 * on top, one that agrees with the newest in either replaces it. Conditions end. Tags that track this one get it too.
 */
export function addTagEvent(stream: ImageStream, tag: string, event: TagEvent): ImageStream {
  return [tag, ...trackers(stream, tag)].reduce((next, name) => addOneEvent(next, name, event), stream);
}

/** Puts the reason why an import failed; the history stays. */
export function setCondition(stream: ImageStream, tag: string, condition: TagCondition): ImageStream {
  return withHistory(stream, { tag, items: historyOf(stream, tag)?.items ?? null, conditions: [condition] });
}

/**
 * The reference that a user of the tag gets: with reference policy Local the internal registry's, else the event's own
 * (ResolveReferenceForTagEvent of openshift-apiserver).
 */
export function pullReference(stream: ImageStream, tag: string, event: TagEvent): string {
  if (specTag(stream, tag)?.referencePolicy.type !== 'Local') return event.dockerImageReference;
  const local = parseImageReference(stream.status.dockerImageRepository);
  if (local === undefined) return event.dockerImageReference;
  return event.image === '' ? `${local.registry}/${local.repository}:${tag}` : exactReference(local, event.image);
}

function addOneEvent(stream: ImageStream, tag: string, event: TagEvent): ImageStream {
  return withHistory(stream, { tag, items: mergeEvent(historyOf(stream, tag)?.items ?? [], event) });
}

function mergeEvent(items: readonly TagEvent[], next: TagEvent): TagEvent[] {
  const [previous, ...older] = items;
  if (previous === undefined) return [next];
  const sameReference = previous.dockerImageReference === next.dockerImageReference;
  const sameImage = previous.image === next.image;
  if (!sameReference && !sameImage) return [next, previous, ...older];
  return [
    { ...previous, dockerImageReference: next.dockerImageReference, image: next.image, generation: next.generation },
    ...older,
  ];
}

/** Statuses list their tags by name. */
function withHistory(stream: ImageStream, history: TagHistory): ImageStream {
  const others = (stream.status.tags ?? []).filter(({ tag }) => tag !== history.tag);
  const tags = [...others, history].sort((left, right) => (left.tag < right.tag ? -1 : 1));
  return { ...stream, status: { ...stream.status, tags } };
}

/** Tags of the same stream whose `from` is this tag, written `tag` or `stream:tag`. */
function trackers(stream: ImageStream, tag: string): string[] {
  const { name, namespace } = stream.metadata;
  return (stream.spec.tags ?? [])
    .filter(({ from }) => from?.kind === 'ImageStreamTag' && (from.namespace ?? namespace) === namespace)
    .filter(({ from }) => from?.name === tag || from?.name === `${name}:${tag}`)
    .filter((tracker) => tracker.name !== tag)
    .map((tracker) => tracker.name);
}
