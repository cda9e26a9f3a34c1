import { arrayAt, stringAt, type Resource } from '../resources/resource.ts';
import { parseImageReference } from './image-reference.ts';

const containerLists = ['containers', 'initContainers', 'ephemeralContainers'];
const statusLists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];

/**
 * What the image names in Pods meant when their nodes pulled them, by name. It pins images of registries that keep no
 * ImageStreams. Where Pods differ, the youngest tells.
 */
export function findRunningDigests(pods: readonly Resource[]): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const pod of [...pods].sort(byAge)) {
    const images = pairsOf(pod, ['spec'], { lists: containerLists, field: 'image' });
    for (const [name, id] of pairsOf(pod, ['status'], { lists: statusLists, field: 'imageID' })) {
      const image = images.get(name);
      const digest = image === undefined ? undefined : digestOf(image, id);
      if (image !== undefined && digest !== undefined) digests.set(image, digest);
    }
  }
  return digests;
}

function byAge(one: Resource, other: Resource): number {
  const [first, second] = [one, other].map(
    ({ metadata }) => `${stringAt(metadata, 'creationTimestamp') ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`,
  );
  return (first ?? '') < (second ?? '') ? -1 : 1;
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
function digestOf(image: string, id: string): string | undefined {
  const pulled = parseImageReference(id.replace(/^docker-pullable:\/\//, ''));
  const named = parseImageReference(image);
  return pulled !== undefined && pulled.path === named?.path ? pulled.digest : undefined;
}
