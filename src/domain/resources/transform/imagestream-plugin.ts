import { isOnHost } from '../../images/registry-hosts.ts';
import { addAt, type Operation } from '../json-patch.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { arrayAt, isObject, stringAt, valueAt, type Resource } from '../resource.ts';
import { imagestreamFlags } from './built-in-flags.ts';
import { moveImageReference } from './image-object-references.ts';
import { kindOf } from './kinds.ts';
import type { Plugin, Verdict } from './plugin.ts';
import { removeItems, removeMembers } from './removals.ts';
import type { TransformOptions } from './transform-options.ts';

/** Image streams: what lies in the source's registry travels as an image, what points elsewhere as a tag. */
export function createImagestreamPlugin(options: TransformOptions): Plugin {
  return {
    name: 'ImagestreamPlugin',
    version: 'v1',
    optionalFields: imagestreamFlags,
    run: (resource) => decide(resource, options),
  };
}

function decide(resource: Resource, options: TransformOptions): Verdict {
  switch (kindOf(resource)) {
    case 'ImageStream.image.openshift.io':
      return decideStream(resource, options);
    case 'ImageTag.image.openshift.io':
      return whiteout('shows the same tag as an ImageStreamTag');
    case 'ImageStreamTag.image.openshift.io':
      return decideTag(resource, options);
    default:
      return patches([]);
  }
}

/**
 * A stream reappears through its tags and the images pushed to it. It travels itself only for what these cannot
 * carry: a local lookup policy, and tags that point elsewhere without an image (never imported, or not to be): these
 * have no ImageStreamTag.
 */
function decideStream(stream: Resource, options: TransformOptions): Verdict {
  const known = new Set(
    arrayAt(stream, 'status', 'tags')
      .filter(hasImage)
      .map((tag) => stringAt(tag, 'tag')),
  );
  const tags = arrayAt(stream, 'spec', 'tags');
  const isPending = (tag: unknown): boolean => isObject(valueAt(tag, 'from')) && !known.has(stringAt(tag, 'name'));
  const isLocal = valueAt(stream, 'spec', 'lookupPolicy', 'local') === true;
  if (!isLocal && !tags.some(isPending)) return whiteout('made by the push of its images and by its tags');
  const ownNamespace = stream.metadata.namespace ?? '';
  const changed = tags.flatMap((tag, index) => {
    const path = ['spec', 'tags', index];
    if (!isPending(tag)) return [];
    const reference = { path: [...path, 'from'], reference: valueAt(tag, 'from'), ownNamespace };
    return [...removeMembers(path, tag, ['generation']), ...moveImageReference(reference, options)];
  });
  return patches([...changed, ...removeItems(['spec', 'tags'], tags, (tag) => !isPending(tag))]);
}

function hasImage(tag: unknown): boolean {
  return arrayAt(tag, 'items').some((item) => (stringAt(item, 'image') ?? '') !== '');
}

function decideTag(tag: Resource, options: TransformOptions): Verdict {
  const image = stringAt(tag, 'image', 'dockerImageReference') ?? '';
  if (!pointsElsewhere(tag) && isOnHost(image, options.internalHosts)) {
    return whiteout("its image lies in the source's registry and is copied as an image");
  }
  const ownNamespace = tag.metadata.namespace ?? '';
  const from = valueAt(tag, 'tag', 'from');
  return patches([
    ...removeMembers([], tag, ['image', 'generation', 'lookupPolicy', 'conditions']),
    ...removeMembers(['tag'], valueAt(tag, 'tag'), isObject(from) ? ['annotations', 'generation'] : []),
    ...(isObject(from)
      ? moveImageReference({ path: ['tag', 'from'], reference: from, ownNamespace }, options)
      : pointAtImage(tag, replaceRegistry(image, options.registryReplacement))),
  ]);
}

// As crane has it: a tag with a source is a reference, save one to an image of its own namespace.
function pointsElsewhere(tag: Resource): boolean {
  const from = valueAt(tag, 'tag', 'from');
  if (!isObject(from)) return false;
  const namespace = stringAt(from, 'namespace') ?? '';
  const isOwn = namespace === '' || namespace === tag.metadata.namespace;
  return from['kind'] !== 'ImageStreamImage' || !isOwn;
}

// Such a tag has a history but no specification any more; creating it needs one.
function pointAtImage(tag: Resource, image: string): readonly Operation[] {
  if (image === '') return [];
  const { name } = tag.metadata;
  const from = { kind: 'DockerImage', name: image };
  return [addAt(['tag'], { from, name: name.slice(name.indexOf(':') + 1) })];
}

function whiteout(reason: string): Verdict {
  return { kind: 'whiteout', reason };
}

function patches(operations: readonly Operation[]): Verdict {
  return { kind: 'patches', patches: operations };
}
