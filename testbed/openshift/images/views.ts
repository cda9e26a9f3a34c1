import { notFound } from '../api/api-error.ts';
import type { ImageStore } from './store.ts';
import { eventOfDigest, historyOf, latestEvent, pullReference, specTag } from './tag-events.ts';
import { apiVersion, type Image, type ImageStream, type TagEvent } from './types.ts';

/**
 * The ImageStreamTag `stream:tag` (newISTag of openshift-apiserver). Undefined when no image was ever tagged, unless `allowEmpty`.
 */
export function viewStreamTag(
  stream: ImageStream,
  tag: string,
  options: { image?: Image | undefined; allowEmpty?: boolean },
): object | undefined {
  const event = latestEvent(stream, tag);
  const tagged = event === undefined || event.image === '' ? undefined : event;
  if (tagged === undefined && options.allowEmpty !== true) return undefined;
  const { namespace, name, uid, resourceVersion, creationTimestamp, labels } = stream.metadata;
  const wanted = specTag(stream, tag);
  const conditions = historyOf(stream, tag)?.conditions;
  return {
    kind: 'ImageStreamTag',
    apiVersion,
    metadata: {
      name: `${name}:${tag}`,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp: tagged?.created ?? creationTimestamp,
      ...(labels === undefined ? {} : { labels }),
      ...(wanted?.annotations === null || wanted?.annotations === undefined ? {} : { annotations: wanted.annotations }),
    },
    tag: wanted ?? null,
    generation: tagged?.generation ?? 0,
    lookupPolicy: stream.spec.lookupPolicy,
    ...(conditions === undefined ? {} : { conditions }),
    image: viewImage(stream, { tag, event: tagged, image: options.image }),
  };
}

/** The ImageTag `stream:tag`: spec and status of one tag. Undefined when neither is there. */
export function viewImageTag(stream: ImageStream, tag: string, image: Image | undefined): object | undefined {
  const spec = specTag(stream, tag) ?? null;
  const status = historyOf(stream, tag) ?? null;
  if (spec === null && status === null) return undefined;
  const event = latestEvent(stream, tag);
  const shown =
    image === undefined || event === undefined
      ? null
      : { ...image, dockerImageReference: pullReference(stream, tag, event) };
  return {
    kind: 'ImageTag',
    apiVersion,
    metadata: { ...stream.metadata, name: `${stream.metadata.name}:${tag}` },
    spec,
    status,
    image: shown,
  };
}

/** The ImageStreamImage `stream@digest`. Throws ApiError 404 when the stream's history does not hold it. */
export function viewStreamImage(stream: ImageStream, digest: string, store: ImageStore): object {
  const name = `${stream.metadata.name}@${digest}`;
  const event = eventOfDigest(stream, digest);
  const image = store.image(digest);
  if (event === undefined || image === undefined) throw notFound('imagestreamimages', name);
  const { namespace, uid, resourceVersion, creationTimestamp } = stream.metadata;
  return {
    kind: 'ImageStreamImage',
    apiVersion,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp: image.metadata.creationTimestamp || creationTimestamp,
    },
    image: { ...image, dockerImageReference: event.dockerImageReference },
  };
}

function viewImage(
  stream: ImageStream,
  { tag, event, image }: { tag: string; event: TagEvent | undefined; image: Image | undefined },
): object {
  const dockerImageReference = event === undefined ? '' : pullReference(stream, tag, event);
  if (image !== undefined) return { ...image, dockerImageReference };
  const bare = {
    metadata: { name: event?.image ?? '', creationTimestamp: null },
    dockerImageMetadata: null,
    dockerImageMetadataVersion: '',
    dockerImageLayers: null,
  };
  return { ...bare, dockerImageReference };
}
