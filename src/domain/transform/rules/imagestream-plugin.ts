import { readOrigin } from '../../images/image-stream.ts';
import type { PlannedTags } from '../../images/plan/planned-tags.ts';
import { contentOf } from '../traces/content.ts';
import { removeAt, type Operation, removeItems, removeMembers } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { imagestreamFlags } from '../built-in-flags.ts';
import { moveImageReference, replaceImageMember } from './image-object-references.ts';
import { decideImageStreamTag, isOwnStream, isReachable, nameOf, type StreamContext } from './imagestream-tags.ts';
import type { Plugin, Verdict } from '../plugin.ts';
import type { TransformOptions } from '../transform-options.ts';

/**
 * Image streams: an image in the source's registry travels as an image, a tag that points elsewhere as a tag, and what
 * only the stream says with the stream. `planned` is what the image plan of the same export says, when it is known.
 */
export function createImagestreamPlugin(options: TransformOptions, planned?: PlannedTags): Plugin {
  const run = (resource: Resource): Verdict => decide(resource, { options, planned });
  return { name: 'ImagestreamPlugin', version: 'v1', optionalFields: imagestreamFlags, run };
}

function decide(resource: Resource, context: StreamContext): Verdict {
  switch (kindOf(resource)) {
    case 'ImageStream.image.openshift.io':
      return decideStream(resource, context);
    case 'ImageTag.image.openshift.io':
      return { kind: 'whiteout', reason: 'shows the same tag as an ImageStreamTag' };
    case 'ImageStreamTag.image.openshift.io':
      return decideImageStreamTag(resource, context);
    default:
      return { kind: 'patches', patches: [], notes: noteLeftOut(resource, context) };
  }
}

/** Images that the user did not want to be copied: the resource needs them at the destination all the same. */
function noteLeftOut({ kind, metadata }: Resource, { planned }: StreamContext): readonly string[] {
  const images = planned?.leftOut.get(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`) ?? [];
  return images.map(({ image, message }) => `uses the image ${image}: ${message}`);
}

// The import controller writes it when it has read the repository, and reads no stream that has it (needsImport).
const importMark = 'openshift.io/image.dockerRepositoryCheck';

/** A stream is left out only when the push of an image creates it, and it says no more than its tags. */
function decideStream(stream: Resource, context: StreamContext): Verdict {
  const { options, planned } = context;
  const namespace = stream.metadata.namespace ?? '';
  const fates = arrayAt(stream, 'spec', 'tags').map((tag) => fateOf(tag, stream, context));
  const isCreated = planned?.createdStreams.has(`${namespace}/${stream.metadata.name}`) === true;
  if (isCreated && !saysMore(stream) && fates.every(({ kind }) => kind === 'elsewhere')) {
    return { kind: 'whiteout', reason: 'created by the push of its images' };
  }
  const tags = fates.flatMap(({ kind, tag }, index) => {
    const path = ['spec', 'tags', index];
    if (kind === 'annotated') return removeMembers(path, tag, ['from', 'generation', 'importPolicy', 'reference']);
    if (kind !== 'pending') return [];
    const reference = { path: [...path, 'from'], reference: valueAt(tag, 'from'), ownNamespace: namespace };
    return [...removeMembers(path, tag, ['generation']), ...moveImageReference(reference, options)];
  });
  const kinds = fates.map(({ kind }) => kind);
  return {
    kind: 'patches',
    patches: [
      ...removeImportMark(stream),
      ...replaceImageMember(['spec'], stream['spec'], { field: 'dockerImageRepository', options }),
      ...tags,
      ...removeItems(['spec', 'tags'], kinds, (kind) => kind === 'elsewhere' || kind === 'refused'),
    ],
    notes: [...noteRepository(stream), ...fates.flatMap(({ note }) => note ?? [])],
  };
}

/**
 * What becomes of a tag of the spec: `pending` ones have no image, so that nothing but the stream carries them;
 * `annotated` ones have no source at the destination, and the stream carries their annotations; `elsewhere`: the image
 * or the ImageStreamTag carries them; `refused`: the API server of the destination would refuse the stream with them.
 */
interface TagFate {
  readonly kind: 'pending' | 'annotated' | 'elsewhere' | 'refused';
  readonly tag: unknown;
  readonly note?: string;
}

function fateOf(tag: unknown, stream: Resource, { options, planned }: StreamContext): TagFate {
  const namespace = stream.metadata.namespace ?? '';
  const origin = readOrigin(valueAt(tag, 'from'), namespace);
  const name = stringAt(tag, 'name') ?? '';
  const repository = `${namespace}/${stream.metadata.name}`;
  if (hasImage(stream, name)) {
    const isFollowing = origin !== undefined && isOwnStream(origin, repository);
    const isCarried = !isFollowing && planned?.copied.has(`${repository}:${name}`) === true;
    return { kind: isCarried && hasAnnotations(tag) ? 'annotated' : 'elsewhere', tag };
  }
  if (origin === undefined) return { kind: hasAnnotations(tag) ? 'annotated' : 'elsewhere', tag };
  if (origin.kind !== 'ImageStreamImage' && isReachable(origin, namespace, options)) return { kind: 'pending', tag };
  const note = `tag ${name} has no image and is left out: the destination may lack or refuse its source ${nameOf(origin)}`;
  return { kind: 'refused', tag, note };
}

function hasImage(stream: Resource, tag: string): boolean {
  return arrayAt(stream, 'status', 'tags')
    .filter((each) => stringAt(each, 'tag') === tag)
    .some((each) => arrayAt(each, 'items').some((item) => (stringAt(item, 'image') ?? '') !== ''));
}

function hasAnnotations(tag: unknown): boolean {
  const annotations = valueAt(tag, 'annotations');
  return isObject(annotations) && Object.keys(annotations).length > 0;
}

/** Whether a stream says anything besides its tags. */
function saysMore(stream: Resource): boolean {
  const { labels, annotations } = contentOf(stream).metadata;
  const isLocal = valueAt(stream, 'spec', 'lookupPolicy', 'local') === true;
  return isLocal || labels !== undefined || annotations !== undefined || repositoryOf(stream) !== '';
}

function repositoryOf(stream: Resource): string {
  return stringAt(stream, 'spec', 'dockerImageRepository') ?? '';
}

function removeImportMark(stream: Resource): readonly Operation[] {
  return importMark in textsAt(stream, 'annotations') ? [removeAt(['metadata', 'annotations', importMark])] : [];
}

function noteRepository(stream: Resource): readonly string[] {
  const repository = repositoryOf(stream);
  return repository === '' ? [] : [`the destination imports the tags of ${repository} as they are at that time`];
}
