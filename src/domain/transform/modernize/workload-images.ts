import { parseImageReference } from '../../oci/image-location.ts';
import { readOrigin, type TagOrigin, type ImageStream } from '../../images/image-stream.ts';
import { isOnHost } from '../../images/registry-hosts.ts';
import { addAt, removeAt, replaceAt } from '../../kube/json-patch.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { stringAt, valueAt, arrayAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { textsAt, kindOf, type Resource } from '../../kube/resource.ts';
import { containersOf, podSpecsOf, type Container, type PodSpec } from '../../kube/pod-specs.ts';
import type { TransformOptions } from '../transform-options.ts';
import { joinChanges, noChange, type Change } from './change.ts';
import type { ExportFacts } from './export-facts.ts';
import { findTag } from '../../images/stream-tags.ts';

const lookupAnnotation = 'alpha.image.policy.openshift.io/resolve-names';

interface Place {
  readonly resource: Resource;
  readonly triggers: readonly ImageTrigger[];
  readonly facts: ExportFacts;
  readonly options: TransformOptions;
}

/** Names images by their registry, in the place of triggers and lookups. What a controller wrote is kept. */
export function modernizeImages(resource: Resource, facts: ExportFacts, options: TransformOptions): Change {
  const place = { resource, facts, options, triggers: readImageTriggers(resource) };
  const containers = podSpecsOf(resource).flatMap((pod) =>
    containersOf(pod).map((container) => changeContainer(container, pod, place)),
  );
  return joinChanges(...containers, forgetTriggers(resource, place.triggers));
}

function changeContainer({ path, container }: Container, pod: PodSpec, place: Place): Change {
  const { options, triggers, facts } = place;
  const image = stringAt(container, 'image') ?? '';
  const name = stringAt(container, 'name') ?? '';
  const trigger = triggers.find((each) => each.updates(container, path));
  const origin = isComplete(image) ? undefined : (trigger?.from ?? lookUpName(image, pod, place));
  const resolved =
    origin === undefined ? image.trim() : (resolveOrigin(origin, facts.streams) ?? trigger?.lastImage ?? '');
  if (resolved === '') {
    const what = origin === undefined ? 'no image is named' : `${describeOrigin(origin)} has no image in the export`;
    return { patches: [], notes: [`container ${name}: ${what}`] };
  }
  const final = replaceRegistry(resolved, options.registryReplacement);
  const isLeft = [options.internalHosts, facts.registryHosts].some((hosts) => isOnHost(final, hosts));
  const notes = isLeft
    ? [`container ${name}: image ${final} is in the source's own registry and no registry-replacement covers it`]
    : [];
  if (origin === undefined || final === image) return { patches: [], notes };
  const at = [...path, 'image'];
  return { patches: ['image' in container ? replaceAt(at, final) : addAt(at, final)], notes };
}

// A name with a registry is what runs; a short one may still mean a stream.
function isComplete(image: string): boolean {
  return parseImageReference(image)?.host !== undefined;
}

function lookUpName(image: string, { path }: PodSpec, place: Place): TagOrigin | undefined {
  const reference = parseImageReference(image);
  if (reference === undefined || reference.path.includes('/')) return undefined;
  const { resource, facts } = place;
  const namespace = resource.metadata.namespace ?? '';
  const stream = facts.streams.find((each) => each.namespace === namespace && each.name === reference.path);
  if (stream === undefined || !(stream.localLookup || resolvesNames(resource, path))) return undefined;
  if (reference.digest !== undefined) {
    return { kind: 'ImageStreamImage', namespace, name: `${reference.path}@${reference.digest}` };
  }
  return { kind: 'ImageStreamTag', namespace, name: `${reference.path}:${reference.tag ?? 'latest'}` };
}

function resolvesNames(resource: Resource, path: PodSpec['path']): boolean {
  const template = valueAt(resource, ...path.slice(0, -1));
  const inTemplate = stringAt(template, 'metadata', 'annotations', lookupAnnotation);
  return [inTemplate, textsAt(resource, 'annotations')[lookupAnnotation]].includes('*');
}

function forgetTriggers(resource: Resource, triggers: readonly ImageTrigger[]): Change {
  const has = triggersAnnotation in textsAt(resource, 'annotations');
  if (!has && triggers.length === 0) return noChange;
  return {
    patches: has ? [removeAt(['metadata', 'annotations', triggersAnnotation])] : [],
    notes: triggers.map(({ from }) => `no rollout any more when ${describeOrigin(from)} changes`),
  };
}

/** OpenShift writes the newest image of a stream's tag into containers. */
interface ImageTrigger {
  readonly from: TagOrigin;
  /** What it wrote last; undefined when it has not yet. */
  readonly lastImage: string | undefined;
  readonly updates: (container: JsonObject, path: Path) => boolean;
}

const triggersAnnotation = 'image.openshift.io/triggers';

/** Image triggers of a DeploymentConfig's specification, or of any other workload's annotation. */
function readImageTriggers(resource: Resource): readonly ImageTrigger[] {
  const namespace = resource.metadata.namespace ?? '';
  return [...fromSpecification(resource, namespace), ...fromAnnotation(resource, namespace)];
}

function fromSpecification(resource: Resource, namespace: string): readonly ImageTrigger[] {
  if (kindOf(resource) !== 'DeploymentConfig.apps.openshift.io') return [];
  return arrayAt(resource, 'spec', 'triggers').flatMap((trigger) => {
    const change = valueAt(trigger, 'imageChangeParams');
    const from = readOrigin(valueAt(change, 'from'), namespace);
    if (from === undefined) return [];
    const names = arrayAt(change, 'containerNames');
    return [
      {
        from,
        lastImage: stringAt(change, 'lastTriggeredImage'),
        updates: (container: JsonObject) => names.includes(container['name']),
      },
    ];
  });
}

function fromAnnotation(resource: Resource, namespace: string): readonly ImageTrigger[] {
  return parseList(textsAt(resource, 'annotations')[triggersAnnotation] ?? '').flatMap((trigger) => {
    const from = readOrigin(valueAt(trigger, 'from'), namespace);
    const updates = readFieldPath(stringAt(trigger, 'fieldPath') ?? '');
    return from === undefined || updates === undefined
      ? []
      : [{ from, lastImage: stringAt(trigger, 'lastTriggeredImage'), updates }];
  });
}

const fieldPathPattern = /\.(containers|initContainers)\[(?:(\d+)|\?\(@\.name==["']([^"']+)["']\))\]\.image$/;

// `spec.template.spec.containers[?(@.name=="web")].image`, or with an index.
function readFieldPath(text: string): ImageTrigger['updates'] | undefined {
  const found = fieldPathPattern.exec(text);
  if (found === null) return undefined;
  const [, list, index, name] = found;
  return (container, path) =>
    path.at(-2) === list && (name === undefined ? path.at(-1) === Number(index) : container['name'] === name);
}

// OpenShift skips an annotation that is not JSON.
function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = text === '' ? [] : JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** A chain of tags that point at each other is followed no further; OpenShift itself refuses circles. */
const longestChain = 8;

/** The image of an origin, by its stream's history or else the tag's specification; undefined without either. */
function resolveOrigin(first: TagOrigin, streams: readonly ImageStream[]): string | undefined {
  let origin: TagOrigin | undefined = first;
  for (let step = 0; step < longestChain && origin !== undefined; step += 1) {
    if (origin.kind === 'DockerImage') return origin.name;
    const found = lookUp(origin, streams);
    if (found.image !== '') return found.image;
    origin = found.next;
  }
  return undefined;
}

interface LookUp {
  /** Empty: not known. */
  readonly image: string;
  readonly next: TagOrigin | undefined;
}

function lookUp(origin: TagOrigin, streams: readonly ImageStream[]): LookUp {
  const [name = '', digest] = origin.name.split('@');
  const own = streams.find(
    (stream) => stream.namespace === origin.namespace && stream.name === name.replace(/:[^]*/, ''),
  );
  const tag = own === undefined ? undefined : findTag(origin, own, streams);
  const item = digest === undefined ? tag?.items[0] : tag?.items.find((each) => each.digest === digest);
  const next = tag?.from;
  // A tag may be named without its stream, which then is the stream that the tag stands in.
  const isShort = next?.kind === 'ImageStreamTag' && !next.name.includes(':');
  return {
    image: item?.reference ?? '',
    next: isShort && own !== undefined ? { ...next, name: `${own.name}:${next.name}` } : next,
  };
}

/** `ImageStreamTag shop/web:latest`: how notes name an origin. */
function describeOrigin({ kind, namespace, name }: TagOrigin): string {
  return kind === 'DockerImage' ? `image ${name}` : `${kind} ${namespace}/${name}`;
}
