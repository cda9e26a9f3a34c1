import { arrayAt, isObject, stringAt, valueAt, without, type JsonObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { formatImageName, parseImageReference, type ImageReference } from '../oci/image-location.ts';
import { findMentions, joinedName } from './image-mentions.ts';
import { isOnHost } from './registry-hosts.ts';

/** A manifest names an image on the cluster's registry. */
export interface ImageUse {
  /** The name, split; its host is one of the registry's. */
  readonly reference: ImageReference;
  /** `Kind namespace/name`. */
  readonly by: string;
  /** Only an old revision or a finished run names it: nothing will start it again. */
  readonly isHistory: boolean;
  /** Nothing re-resolves the name at the destination: no controller writes the object, no image trigger updates it. */
  readonly isFixed: boolean;
  /** Only a part of a text or a ConfigMap names it: it may be an example, or of the past. */
  readonly isText: boolean;
}

/** A workload follows a stream's tag: by an image trigger, as the base of a build, or by a short name that the stream resolves. */
interface TagUse {
  /** `namespace/name:tag`, or with a digest in place of the tag. */
  readonly tag: string;
  readonly by: string;
  /** Counts only when the stream resolves short names. */
  readonly isShortName: boolean;
}

/** A text names a repository or a registry, and not which image of it. */
export interface OpenMention {
  /** `host/path`, or `host`. */
  readonly name: string;
  readonly by: string;
}

export interface WorkloadImages {
  readonly images: readonly ImageUse[];
  readonly tags: readonly TagUse[];
  readonly mentions: readonly OpenMention[];
}

/**
 * Finds every image on the given hosts that a resource names: in `image` fields wherever they are, also in custom
 * resources, and with a tag or digest within any other text, such as an argument, a variable or a file of a ConfigMap.
 */
export function findWorkloadImages(resource: Resource, hosts: ReadonlySet<string>): WorkloadImages {
  const namespace = resource.metadata.namespace ?? '';
  const by = `${resource.kind} ${namespace}/${resource.metadata.name}`;
  const names: FoundNames = { images: new Map(), texts: new Map(), short: new Set(), open: new Set() };
  const passedOver = resource.kind === 'BuildConfig' ? buildKeys : workloadKeys;
  collectNames({ ...resource, metadata: ownAnnotations(resource), status: {} }, '', { hosts, names, passedOver });
  const triggers = triggerTags(resource, namespace);
  const isHistory = isFinished(resource);
  const isFixed = !isOwned(resource) && triggers.length === 0;
  const short = [...names.short].map((name) => `${namespace}/${withTag(name)}`);
  return {
    images: imagesOf(names, resource.kind === 'ConfigMap').map((found) => ({ ...found, by, isHistory, isFixed })),
    tags: [
      ...[...new Set([...triggers, ...tagsOfBuild(resource, namespace)])]
        .sort()
        .map((tag) => ({ tag, by, isShortName: false })),
      ...short.sort().map((tag) => ({ tag, by, isShortName: true })),
    ],
    mentions: isHistory ? [] : [...names.open].sort().map((name) => ({ name, by })),
  };
}

function imagesOf(
  { images, texts }: FoundNames,
  isPlainText: boolean,
): readonly { readonly reference: ImageReference; readonly isText: boolean }[] {
  const others = [...texts].flatMap(([name, reference]) => (images.has(name) ? [] : [reference]));
  return [
    ...[...images.values()].map((reference) => ({ reference, isText: isPlainText })),
    ...others.map((reference) => ({ reference, isText: true })),
  ];
}

/** Writers of annotations that record what was, or what other fields say too. */
const recording = /^(?:[\w.-]+\.)?(?:kubectl\.kubernetes|image\.openshift|openshift|deployment\.kubernetes)\.io\//;

function ownAnnotations(resource: Resource): JsonObject {
  const annotations = valueAt(resource, 'metadata', 'annotations');
  return isObject(annotations) ? without(annotations, (key) => recording.test(key)) : {};
}

interface Collection {
  readonly hosts: ReadonlySet<string>;
  readonly passedOver: ReadonlySet<string>;
  readonly names: FoundNames;
}

interface FoundNames {
  readonly images: Map<string, ImageReference>;
  /** What a part of a text names. */
  readonly texts: Map<string, ImageReference>;
  readonly short: Set<string>;
  readonly open: Set<string>;
}

// What a trigger saw last is history, and what a build writes need not exist.
const workloadKeys = new Set(['lastTriggeredImage', 'lastTriggeredImageID']);
const buildKeys = new Set([...workloadKeys, 'output']);

function collectNames(value: unknown, key: string, collection: Collection): void {
  if (collection.passedOver.has(key)) return;
  if (Array.isArray(value)) for (const entry of value) collectNames(entry, key, collection);
  else if (isObject(value)) collectMembers(value, collection);
  else if (typeof value === 'string') collectName(value, key, collection);
}

function collectMembers(value: JsonObject, collection: Collection): void {
  const joined = joinedName(value, collection.hosts);
  const repository = joined === undefined ? undefined : formatImageName({ host: joined.host, path: joined.path });
  if (joined !== undefined) collection.names.images.set(formatImageName(joined), joined);
  for (const [name, entry] of Object.entries(value)) {
    const key = isImageName(value, name) ? 'image' : name;
    if (entry !== repository) collectNames(entry, key, collection);
  }
}

/** Fields besides `image` whose whole text is an image: of volumes (`image.reference`) and of OpenShift's references. */
function isImageName(value: JsonObject, field: string): boolean {
  const isVolume = field === 'reference' && Object.keys(value).every((key) => volumeKeys.has(key));
  return isVolume || (field === 'name' && value['kind'] === 'DockerImage');
}

/** Of an image volume (core/v1, ImageVolumeSource). */
const volumeKeys: ReadonlySet<string> = new Set(['reference', 'pullPolicy']);

function collectName(text: string, key: string, { hosts, names }: Collection): void {
  const reference = parseImageReference(text);
  if (reference !== undefined && key === 'image') {
    if (isOnHost(text, hosts)) {
      names.images.set(formatImageName(reference), reference);
      return;
    }
    const isShort = reference.host === undefined && !reference.path.includes('/') && reference.digest === undefined;
    if (isShort) names.short.add(text);
  }
  const mentions = findMentions(text, hosts);
  for (const [name, found] of mentions.exact) (name === text ? names.images : names.texts).set(name, found);
  for (const name of mentions.open) names.open.add(name);
}

function withTag(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}

function isOwned(resource: Resource): boolean {
  return arrayAt(resource, 'metadata', 'ownerReferences').some((owner) => valueAt(owner, 'controller') === true);
}

const finishedPhases = ['Succeeded', 'Failed'];

function isFinished(resource: Resource): boolean {
  if (resource.kind === 'ControllerRevision') return true;
  if (!isOwned(resource)) return false;
  switch (resource.kind) {
    case 'ReplicaSet':
    case 'ReplicationController':
      return valueAt(resource, 'spec', 'replicas') === 0;
    case 'Job':
      return arrayAt(resource, 'status', 'conditions').some(isFinalCondition);
    case 'Pod':
      return finishedPhases.includes(stringAt(resource, 'status', 'phase') ?? '');
    default:
      return false;
  }
}

function isFinalCondition(condition: unknown): boolean {
  return ['Complete', 'Failed'].includes(stringAt(condition, 'type') ?? '') && stringAt(condition, 'status') === 'True';
}

// A DeploymentConfig has its triggers in the spec; other workloads have them as JSON in an annotation.
function triggerTags(resource: Resource, namespace: string): readonly string[] {
  const own = arrayAt(resource, 'spec', 'triggers').map((trigger) => valueAt(trigger, 'imageChangeParams', 'from'));
  const annotation = stringAt(resource, 'metadata', 'annotations', 'image.openshift.io/triggers');
  const annotated = parseList(annotation ?? '[]').map((trigger) => valueAt(trigger, 'from'));
  return [...own, ...annotated].filter(isObject).flatMap((from) => tagOf(from, namespace));
}

/** The streams that a BuildConfig builds from (build.openshift.io/v1: strategy, `source.images`, triggers). */
function tagsOfBuild(resource: Resource, namespace: string): readonly string[] {
  if (resource.kind !== 'BuildConfig') return [];
  const strategies = valueAt(resource, 'spec', 'strategy');
  const sources = [
    ...Object.values(isObject(strategies) ? strategies : {}).map((strategy) => valueAt(strategy, 'from')),
    ...arrayAt(resource, 'spec', 'source', 'images').map((image) => valueAt(image, 'from')),
    ...arrayAt(resource, 'spec', 'triggers').map((trigger) => valueAt(trigger, 'imageChange', 'from')),
  ];
  return sources.filter(isObject).flatMap((from) => tagOf(from, namespace));
}

function tagOf(from: JsonObject, ownNamespace: string): readonly string[] {
  const [kind, name] = [stringAt(from, 'kind'), stringAt(from, 'name')];
  if ((kind !== 'ImageStreamTag' && kind !== 'ImageStreamImage') || name === undefined) return [];
  return [`${stringAt(from, 'namespace') ?? ownNamespace}/${withTag(name)}`];
}

// Users write the annotation; an invalid list triggers nothing.
function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
