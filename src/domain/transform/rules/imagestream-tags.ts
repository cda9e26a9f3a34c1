import type { SkippedImage } from '../../schemas/documents.ts';
import { readOrigin, type TagOrigin } from '../../images/image-stream.ts';
import { completeShortName, parseImageReference, type ImageReference } from '../../oci/image-location.ts';
import { isLeftOut } from '../../images/plan/image-choice.ts';
import { digestOfTag, type PlannedTags } from '../../images/plan/planned-tags.ts';
import { isOnHost } from '../../images/registry-hosts.ts';
import { addAt, replaceAt, type Operation, removeMembers } from '../../kube/json-patch.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { stringAt, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import { moveImageReference } from './image-object-references.ts';
import type { Verdict } from '../plugin.ts';
import type { TransformOptions } from '../transform-options.ts';

/** What decides about streams and tags besides the resource itself. */
export interface StreamContext {
  readonly options: TransformOptions;
  /** Undefined: no image plan is known. */
  readonly planned: PlannedTags | undefined;
}

interface TagFacts {
  readonly tag: Resource;
  /** `namespace/stream:tag` */
  readonly name: string;
  readonly namespace: string;
  readonly origin: TagOrigin | undefined;
  /** Name of its image as the source's server shows it; empty when there is none. */
  readonly image: string;
  /** Whether that name is one of the source's own registry. */
  readonly isInternal: boolean;
  readonly isCopied: boolean;
  readonly skipped: SkippedImage | undefined;
}

const platformNamespace = 'openshift';

/**
 * What becomes of a tag. A tag that is copied is created by the push of its image; with a source it would be imported
 * over the copied digest. A tag that the destination imports names its image by digest, so that it gets that very image.
 * A tag that the user does not want is left out. An alias travels only where it can resolve: within its stream, and
 * into the namespace that OpenShift fills itself.
 */
export function decideImageStreamTag(tag: Resource, context: StreamContext): Verdict {
  const facts = factsOf(tag, context);
  const { origin, skipped, namespace } = facts;
  if (skipped !== undefined && isLeftOut(skipped) && skipped.reference === undefined) return whiteout(skipped.message);
  if (origin !== undefined && doesAliasTravel(origin, facts, context)) {
    const reference = { path: ['tag', 'from'], reference: valueAt(tag, 'tag', 'from'), ownNamespace: namespace };
    return patches([...cleanTag(tag), ...moveImageReference(reference, context.options)]);
  }
  if (facts.isCopied) return whiteout(`its image is copied${sourceEnds(origin)}`);
  if (skipped !== undefined && skipped.reference === undefined) return whiteout(skipped.message);
  if (origin?.kind === 'DockerImage') {
    const earlier = earlierSource(origin, facts, context.options);
    return earlier === undefined
      ? pinImport(origin, facts, context.options)
      : pointAtImage(earlier, facts, context.options);
  }
  const reference = skipped?.reference ?? (facts.isInternal ? '' : facts.image);
  if (reference !== '') return pointAtImage(reference, facts, context.options);
  if (facts.image === '') return patches(cleanTag(tag));
  return whiteout(`its image is in the source's registry and is copied as an image${sourceEnds(origin)}`);
}

function factsOf(tag: Resource, { options, planned }: StreamContext): TagFacts {
  const namespace = tag.metadata.namespace ?? '';
  const name = `${namespace}/${tag.metadata.name}`;
  const image = stringAt(tag, 'image', 'dockerImageReference') ?? '';
  return {
    tag,
    name,
    namespace,
    origin: readOrigin(valueAt(tag, 'tag', 'from'), namespace),
    image,
    isInternal: isOnHost(image, options.internalHosts),
    isCopied: planned?.copied.has(name) === true,
    skipped: planned?.skipped.get(name),
  };
}

/** Whether a source is another tag of the same stream, which OpenShift then follows. */
export function isOwnStream(origin: TagOrigin, stream: string): boolean {
  const cut = origin.name.indexOf(':');
  const named = cut < 0 ? stream : `${origin.namespace}/${origin.name.slice(0, cut)}`;
  return origin.kind === 'ImageStreamTag' && named === stream;
}

/** Whether a source is a stream of a namespace that the destination has: its own, OpenShift's, or one that moves too. */
export function isReachable(
  { kind, namespace }: TagOrigin,
  own: string,
  { namespaceMoves }: TransformOptions,
): boolean {
  const known = [own, platformNamespace, ...namespaceMoves.keys(), ...namespaceMoves.values()];
  return kind === 'DockerImage' || known.includes(namespace);
}

function doesAliasTravel(origin: TagOrigin, facts: TagFacts, { options, planned }: StreamContext): boolean {
  const { name, namespace, skipped, image, isCopied, isInternal } = facts;
  if (origin.kind === 'DockerImage') return false;
  if (origin.namespace === platformNamespace || skipped?.reason === 'alias-to-openshift') return true;
  const stream = name.slice(0, name.lastIndexOf(':'));
  const isPlanned = isCopied || skipped !== undefined;
  if (isOwnStream(origin, stream)) {
    const target = `${stream}:${origin.name.slice(origin.name.indexOf(':') + 1)}`;
    return planned === undefined || !isPlanned || digestOfTag(planned, target) === digestOfTag(planned, name);
  }
  const isOwnImage = origin.kind === 'ImageStreamImage' && origin.namespace === namespace;
  const isExternal = image !== '' && !isInternal;
  return !isPlanned && !isExternal && !isOwnImage && isReachable(origin, namespace, options);
}

/**
 * The name of an image that was imported before the source was changed: the import from the new one failed, and its
 * repository need not have the digest. Undefined where the image is of the source's repository.
 */
function earlierSource(origin: TagOrigin, facts: TagFacts, options: TransformOptions): string | undefined {
  const name = facts.skipped?.reference ?? (facts.isInternal ? '' : facts.image);
  const image = parseImageReference(name);
  const source = parseImageReference(origin.name);
  if (image?.digest === undefined || source === undefined || options.registryReplacement.has(origin.name))
    return undefined;
  return repositoryName(image) === repositoryName(source) ? undefined : name;
}

function repositoryName(reference: ImageReference): string {
  const { host, path } = completeShortName(reference);
  return `${host}/${path}`;
}

/** A source that is imported again: by digest, since its tag may mean another image by now. */
function pinImport(origin: TagOrigin, { tag, skipped }: TagFacts, options: TransformOptions): Verdict {
  const digest = skipped?.digest ?? stringAt(tag, 'image', 'metadata', 'name') ?? '';
  // A pair for the whole name, with its tag, is what the user wants in its place.
  const isOpen = digest !== '' && !origin.name.includes('@') && !options.registryReplacement.has(origin.name);
  const name = isOpen ? `${origin.name.replace(/:[^/:]*$/, '')}@${digest}` : origin.name;
  const moved = replaceRegistry(name, options.registryReplacement);
  const operations = [
    ...cleanTag(tag),
    ...(isOpen ? unschedule(tag) : []),
    ...(moved === origin.name ? [] : [replaceAt(['tag', 'from', 'name'], moved)]),
  ];
  return patches(operations, isOpen ? [pinNote(origin)] : []);
}

// The API server refuses a schedule for a digest, and a reference is not imported, so that nothing shows its digest.
function unschedule(tag: Resource): readonly Operation[] {
  const policy = valueAt(tag, 'tag', 'importPolicy');
  return [
    ...removeMembers(['tag', 'importPolicy'], policy, ['scheduled']),
    ...removeMembers(['tag'], valueAt(tag, 'tag'), ['reference']),
  ];
}

/** An alias or a tag without specification becomes an import of its image, of an index with all its platforms. */
function pointAtImage(reference: string, { tag, origin }: TagFacts, options: TransformOptions): Verdict {
  const { name } = tag.metadata;
  const from = { kind: 'DockerImage', name: replaceRegistry(reference, options.registryReplacement) };
  const policy = { importMode: 'PreserveOriginal' };
  if (origin === undefined) {
    const spec = { from, importPolicy: policy, name: name.slice(name.indexOf(':') + 1) };
    return patches([...cleanTag(tag), addAt(['tag'], spec)]);
  }
  const operations = [
    ...cleanTag(tag),
    ...removeMembers(['tag'], valueAt(tag, 'tag'), ['reference']),
    replaceAt(['tag', 'from'], from),
    addAt(['tag', 'importPolicy'], policy),
  ];
  return patches(operations, [pinNote(origin)]);
}

/** A tag shows the labels of its stream, and the API server refuses a write with others: they travel with the stream. */
function cleanTag(tag: Resource): readonly Operation[] {
  const spec = valueAt(tag, 'tag');
  return [
    ...removeMembers(['metadata'], tag.metadata, ['labels']),
    ...removeMembers([], tag, ['image', 'generation', 'lookupPolicy', 'conditions']),
    ...removeMembers(['tag'], spec, valueAt(spec, 'from') === undefined ? [] : ['annotations', 'generation']),
  ];
}

function sourceEnds(origin: TagOrigin | undefined): string {
  return origin === undefined ? '' : `; it does not follow ${nameOf(origin)} at the destination`;
}

function pinNote(origin: TagOrigin): string {
  return `names its image by digest, and does not follow ${nameOf(origin)} at the destination`;
}

/** How notes name a source. */
export function nameOf({ kind, namespace, name }: TagOrigin): string {
  return kind === 'DockerImage' ? name : `${kind} ${namespace}/${name}`;
}

function whiteout(reason: string): Verdict {
  return { kind: 'whiteout', reason };
}

function patches(operations: readonly Operation[], notes: readonly string[] = []): Verdict {
  return { kind: 'patches', patches: operations, notes };
}
