import { collectSets } from '../../core/collect-sets.ts';
import { arrayAt, stringAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import {
  completeShortName,
  formatImageName,
  parseImageReference,
  type ImageLocation,
  type ImageReference,
} from '../../oci/image-location.ts';
import { isOnHost } from '../registry-hosts.ts';

const containerLists = ['containers', 'initContainers', 'ephemeralContainers'];
const statusLists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];

/**
 * What tags on the given hosts meant when nodes pulled them for Pods, by `repository:tag`. It pins images of registries
 * that keep no ImageStreams. Where Pods differ, the youngest counts.
 */
export function findRunningDigests(pods: readonly Resource[], hosts: ReadonlySet<string>): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const { image, id } of pulledImages(pods)) {
    const named = isOnHost(image, hosts) ? parseImageReference(image) : undefined;
    const digest = named === undefined ? undefined : digestOf(named, id);
    if (named !== undefined && digest !== undefined) digests.set(`${named.path}:${named.tag ?? 'latest'}`, digest);
  }
  return digests;
}

/**
 * Tags of which running Pods show several digests, by `repository:tag`, with these digests, sorted: an image that was
 * pushed again, or the digests of platforms, of which none is the whole image.
 */
export function findSplitTags(
  pods: readonly Resource[],
  hosts: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const digests = collectSets(pods.filter(isRunning).flatMap((pod) => [...findRunningDigests([pod], hosts)]));
  return new Map([...digests].flatMap(([tag, found]) => (found.size > 1 ? [[tag, [...found].sort()]] : [])));
}

function isRunning(pod: Resource): boolean {
  const isEnded = ['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase') ?? '');
  return !isEnded && stringAt(pod, 'metadata', 'deletionTimestamp') === undefined;
}

/**
 * What findRunningDigests finds, for the images of all hosts, by complete names with a tag such as `docker.io/library/nginx:latest`. A name
 * with a digest is left out, because it says itself what it means, and one of which Pods that run show several digests.
 */
export function findDigestsByName(pods: readonly Resource[]): ReadonlyMap<string, string> {
  const running = collectSets(digestsByName(pods.filter(isRunning)));
  return new Map(digestsByName(pods).filter(([name]) => (running.get(name)?.size ?? 0) <= 1));
}

/** Those of the oldest Pods first. */
function digestsByName(pods: readonly Resource[]): readonly (readonly [name: string, digest: string])[] {
  return pulledImages(pods).flatMap(({ image, id }) => {
    const reference = parseImageReference(image);
    if (reference === undefined || reference.digest !== undefined) return [];
    const named = completeShortName(reference);
    const digest = digestOf(named, id);
    return digest === undefined ? [] : [[formatImageName({ ...named, tag: named.tag ?? 'latest' }), digest] as const];
  });
}

/** The image of a container, as far as its pod shows which one runs. */
export interface RunningImage {
  readonly location: ImageLocation;
  /**
   * `digest-of-pod`: by the digest that the node pulled. `digest-in-name`: by the digest of its name. `name-of-node`: the
   * node reports another repository, which has the digest. `tag-only`: no digest is known.
   */
  readonly reason: 'digest-of-pod' | 'digest-in-name' | 'name-of-node' | 'tag-only';
}

/** The image that a container of a pod runs; undefined when the pod has no status of it or its name is invalid. */
export function runningImageOf(pod: Resource, container: string): RunningImage | undefined {
  const image = pairsOf(pod, ['spec'], { lists: containerLists, field: 'image' }).get(container) ?? '';
  const id = pairsOf(pod, ['status'], { lists: statusLists, field: 'imageID' }).get(container);
  const reference = parseImageReference(image);
  if (reference === undefined || id === undefined) return undefined;
  const named = completeShortName(reference);
  const digest = digestOf(named, id);
  if (digest !== undefined) return { location: { ...named, digest }, reason: 'digest-of-pod' };
  if (named.digest !== undefined) return { location: named, reason: 'digest-in-name' };
  const pulled = pulledReference(id);
  return pulled?.digest === undefined
    ? { location: named, reason: 'tag-only' }
    : { location: completeShortName(pulled), reason: 'name-of-node' };
}

interface PulledImage {
  /** As the Pod names it. */
  readonly image: string;
  /** As the node reports it. */
  readonly id: string;
}

/** Those of the oldest Pods first. */
function pulledImages(pods: readonly Resource[]): readonly PulledImage[] {
  return [...pods].sort(byAge).flatMap((pod) => {
    const images = pairsOf(pod, ['spec'], { lists: containerLists, field: 'image' });
    const ids = pairsOf(pod, ['status'], { lists: statusLists, field: 'imageID' });
    return [...ids].map(([name, id]) => ({ image: images.get(name) ?? '', id }));
  });
}

function byAge(one: Resource, other: Resource): number {
  return ageKey(one) < ageKey(other) ? -1 : 1;
}

function ageKey({ metadata }: Resource): string {
  return `${stringAt(metadata, 'creationTimestamp') ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}

interface Column {
  readonly lists: readonly string[];
  readonly field: string;
}

function pairsOf(pod: Resource, path: readonly string[], { lists, field }: Column): ReadonlyMap<string, string> {
  const entries = lists.flatMap((list) => arrayAt(pod, ...path, list));
  return new Map(
    entries.flatMap((entry) => {
      const [name, value] = [stringAt(entry, 'name'), stringAt(entry, field)];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

// A node that knows one content under two names may report the other name, whose digest can differ in compression.
function digestOf({ path }: ImageReference, id: string): string | undefined {
  const pulled = pulledReference(id);
  const isSame = pulled !== undefined && (pulled.path === path || completeShortName(pulled).path === path);
  return isSame ? pulled.digest : undefined;
}

function pulledReference(id: string): ImageReference | undefined {
  return parseImageReference(id.replace(/^docker-pullable:\/\//, ''));
}
