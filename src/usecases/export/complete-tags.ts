import { apiVersionOf, type ApiKind } from '../../domain/kube/discovery.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { isNotFound } from '../../domain/kube/status-error.ts';
import { isObject, stringAt, valueAt, type JsonObject } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { getObject } from '../cluster/find-object.ts';
import { asKindError, reasonOf, type FailedObject } from './failures.ts';

/** Images by digest, as the tags that were read show them; shared by the kinds of a run. */
export type KnownImages = Map<string, Promise<JsonObject | undefined>>;

export interface TagReading {
  readonly kind: ApiKind;
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly images: KnownImages;
  /** Gets each tag that cannot be read. */
  readonly failedObjects: FailedObject[];
}

const readsAtATime = 32;

/** Whether OpenShift lists a kind without the images that its objects stand for. */
export function isImageTagKind({ group, plural }: ApiKind): boolean {
  return group === 'image.openshift.io' && (plural === 'imagestreamtags' || plural === 'imagetags');
}

/**
 * Completes listed tags by their images, with a GET for each image that was pushed or built here. Other tags are
 * imported again or follow a tag: the list has all that this needs.
 */
export async function completeTags(tags: readonly Resource[], reading: TagReading): Promise<readonly Resource[]> {
  const complete = await mapConcurrently(tags, readsAtATime, async (tag) => {
    const digest = digestOf(tag);
    if (digest === '' && isObject(tag['image'])) return [tag];
    if (isTakenFromElsewhere(tag)) return [tag];
    try {
      return [await completeTag(tag, digest, reading)];
    } catch (cause) {
      reading.failedObjects.push({ name: tag.metadata.name, item: itemOf(tag, cause, reading) });
      return [];
    }
  });
  return complete.flat();
}

async function completeTag(tag: Resource, digest: string, reading: TagReading): Promise<Resource> {
  const { images } = reading;
  const earlier = images.get(digest);
  if (earlier !== undefined) {
    const known = await earlier;
    if (known !== undefined) return withImage(tag, known);
  }
  const { kind, cluster, namespace } = reading;
  const answer = getObject(cluster, { kind, namespace, name: tag.metadata.name });
  if (digest !== '' && earlier === undefined) {
    const image = answer.then((resource) => imageOf(resource, digest)).catch(() => undefined);
    images.set(digest, image);
  }
  const resource = await answer;
  const image = imageOf(resource, digest);
  // The tag means another image since it was listed.
  return image === undefined ? resource : withImage(tag, image);
}

function imageOf(resource: Resource, digest: string): JsonObject | undefined {
  const image = resource['image'];
  return isObject(image) && digest !== '' && stringAt(image, 'metadata', 'name') === digest ? image : undefined;
}

/** The same image has another name under each tag. */
function withImage(tag: Resource, image: JsonObject): Resource {
  const { dockerImageReference, ...shared } = image;
  const own =
    valueAt(tag, 'image', 'dockerImageReference') ?? valueAt(tag, 'status', 'items', 0, 'dockerImageReference');
  return { ...tag, image: { ...shared, dockerImageReference: own ?? dockerImageReference } };
}

function digestOf(tag: Resource): string {
  return stringAt(tag, 'image', 'metadata', 'name') ?? stringAt(tag, 'status', 'items', 0, 'image') ?? '';
}

function isTakenFromElsewhere(tag: Resource): boolean {
  return isObject(valueAt(tag, 'tag', 'from')) || isObject(valueAt(tag, 'spec', 'from'));
}

function itemOf(tag: Resource, cause: unknown, { kind, namespace }: TagReading): Item<'export'> {
  const error = asKindError(cause);
  const id = `${apiVersionOf(kind)} ${kind.kind} ${namespace}/${tag.metadata.name}`;
  const gone = isNotFound(error);
  const reason = gone ? 'deleted-meanwhile' : reasonOf(error);
  return { id, outcome: gone ? 'skipped' : 'failed', reason, message: error.message };
}
