import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { formatImageName, parseImageReference, type ImageReference } from '../oci/image-location.ts';
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
}

/** A workload follows a stream's tag: by an image trigger, or by a short name that the stream resolves. */
interface TagUse {
  /** `namespace/name:tag`. */
  readonly tag: string;
  readonly by: string;
  /** Counts only when the stream resolves short names. */
  readonly isShortName: boolean;
}

export interface WorkloadImages {
  readonly images: readonly ImageUse[];
  readonly tags: readonly TagUse[];
}

/**
 * Finds every image on the given hosts that a workload names. Pod templates are found wherever they are, also in custom
 * resources; beside `image` fields, any other value that is as a whole a name with a tag or digest counts.
 */
export function findWorkloadImages(resource: Resource, hosts: ReadonlySet<string>): WorkloadImages {
  const namespace = resource.metadata.namespace ?? '';
  const by = `${resource.kind} ${namespace}/${resource.metadata.name}`;
  const names = { images: new Map<string, ImageReference>(), short: new Set<string>() };
  const passedOver = resource.kind === 'BuildConfig' ? buildKeys : workloadKeys;
  collectNames({ ...resource, metadata: {}, status: {} }, '', { hosts, names, passedOver });
  const triggers = triggerTags(resource, namespace);
  const isHistory = isFinished(resource);
  const isFixed = !isOwned(resource) && triggers.length === 0;
  const short = [...names.short].map((name) => `${namespace}/${withTag(name)}`);
  return {
    images: [...names.images.values()].map((reference) => ({ reference, by, isHistory, isFixed })),
    tags: [
      ...[...new Set(triggers)].sort().map((tag) => ({ tag, by, isShortName: false })),
      ...short.sort().map((tag) => ({ tag, by, isShortName: true })),
    ],
  };
}

interface Collection {
  readonly hosts: ReadonlySet<string>;
  readonly passedOver: ReadonlySet<string>;
  readonly names: { readonly images: Map<string, ImageReference>; readonly short: Set<string> };
}

// What a trigger saw last is history, and what a build writes need not exist.
const workloadKeys = new Set(['lastTriggeredImage', 'lastTriggeredImageID']);
const buildKeys = new Set([...workloadKeys, 'output']);

function collectNames(value: unknown, key: string, collection: Collection): void {
  if (collection.passedOver.has(key)) return;
  if (Array.isArray(value)) for (const entry of value) collectNames(entry, key, collection);
  else if (isObject(value)) for (const [name, entry] of Object.entries(value)) collectNames(entry, name, collection);
  else if (typeof value === 'string') collectName(value, key, collection);
}

function collectName(text: string, key: string, { hosts, names }: Collection): void {
  const reference = parseImageReference(text);
  if (reference === undefined) return;
  const isImageField = key === 'image';
  const isExact = reference.tag !== undefined || reference.digest !== undefined;
  if (isOnHost(text, hosts) && (isImageField || isExact)) names.images.set(formatImageName(reference), reference);
  const isShort = reference.host === undefined && !reference.path.includes('/') && reference.digest === undefined;
  if (isShort && isImageField) names.short.add(text);
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

function tagOf(from: JsonObject, ownNamespace: string): readonly string[] {
  const name = stringAt(from, 'name');
  if (stringAt(from, 'kind') !== 'ImageStreamTag' || name === undefined) return [];
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
