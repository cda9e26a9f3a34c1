import { ApiError } from '../api/api-error.ts';
import { exactReference, parseImageReference } from './image-reference.ts';
import { addTagEvent, eventOfDigest, latestEvent } from './tag-events.ts';
import { now, type ImageStream, type ObjectReference, type TagEvent, type TagReference } from './types.ts';
import { changedTags } from './write-stream.ts';

/** Finds the streams that aliases point to. */
export type StreamLookup = (namespace: string, name: string) => ImageStream | undefined;

/** The stream that a `from` of kind ImageStreamTag or ImageStreamImage points to, and the tag or digest in it. */
export interface AliasTarget {
  readonly namespace: string;
  readonly name: string;
  readonly tagOrDigest: string;
}

/**
 * Gives the changed tags of a stream their events where no registry needs to be asked: aliases and `reference: true`. An alias
 * copies the newest item of its target only; a target tag that is missing is no error, a target stream that is missing is
 * (tagsChanged of openshift-apiserver). Throws ApiError 422.
 */
export function resolveTags(next: ImageStream, old: ImageStream | undefined, lookup: StreamLookup): ImageStream {
  return changedTags(next, old).reduce((stream, tag) => resolveTag(stream, tag, lookup), next);
}

/** Where an alias points; undefined for a DockerImage. Throws ApiError 422 when its name is malformed. */
export function aliasTarget(
  metadata: { readonly namespace: string; readonly name: string },
  from: ObjectReference,
): AliasTarget | undefined {
  if (from.kind === 'DockerImage') return undefined;
  const parts = from.name.split(from.kind === 'ImageStreamTag' ? ':' : /@(?=sha)/);
  const namespace = from.namespace ?? metadata.namespace;
  const [first = '', second] = parts;
  if (parts.length > 2)
    throw invalidFrom(metadata.name, from, 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>');
  return second === undefined
    ? { namespace, name: metadata.name, tagOrDigest: first }
    : { namespace, name: first, tagOrDigest: second };
}

function resolveTag(stream: ImageStream, tag: TagReference, lookup: StreamLookup): ImageStream {
  const { from, generation } = tag;
  if (from === undefined) return stream;
  const target = aliasTarget(stream.metadata, from);
  if (target === undefined) {
    if (tag.reference !== true) return stream;
    return addTagEvent(stream, tag.name, {
      created: now(),
      dockerImageReference: from.name,
      image: '',
      generation: generation ?? 0,
    });
  }
  const isSame = target.namespace === stream.metadata.namespace && target.name === stream.metadata.name;
  const source = isSame ? stream : lookup(target.namespace, target.name);
  if (source === undefined) throw missingFrom(stream.metadata.name, tag.name, target);
  const event =
    from.kind === 'ImageStreamTag'
      ? latestEvent(source, target.tagOrDigest)
      : eventOfDigest(source, target.tagOrDigest);
  if (event === undefined && from.kind === 'ImageStreamImage')
    throw invalidFrom(stream.metadata.name, from, 'error generating tag event: not found');
  if (event === undefined) return stream;
  const reference = tag.reference === true ? event.dockerImageReference : referenceIn(stream, source, event);
  return addTagEvent(stream, tag.name, {
    ...event,
    dockerImageReference: reference,
    generation: generation ?? event.generation,
  });
}

/** An alias of content in the internal registry is pulled from the alias' own stream. */
function referenceIn(stream: ImageStream, source: ImageStream, event: TagEvent): string {
  const reference = parseImageReference(event.dockerImageReference);
  const sourceRepository = parseImageReference(source.status.dockerImageRepository);
  const ownRepository = parseImageReference(stream.status.dockerImageRepository);
  if (reference === undefined || ownRepository === undefined || reference.digest === undefined)
    return event.dockerImageReference;
  const isLocal =
    reference.registry === sourceRepository?.registry && reference.repository === sourceRepository.repository;
  return isLocal ? exactReference(ownRepository, reference.digest) : event.dockerImageReference;
}

function missingFrom(stream: string, tag: string, target: AliasTarget): ApiError {
  const where = `spec.tags[${tag}].from: Not found: "${target.namespace}/${target.name}"`;
  return new ApiError('Invalid', `ImageStream.image.openshift.io "${stream}" is invalid: ${where}`);
}

function invalidFrom(stream: string, from: ObjectReference, why: string): ApiError {
  return new ApiError(
    'Invalid',
    `ImageStream.image.openshift.io "${stream}" is invalid: spec.tags[].from.name: Invalid value: "${from.name}": ${why}`,
  );
}
