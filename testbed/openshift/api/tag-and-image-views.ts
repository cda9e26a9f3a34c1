import type { ImageStore } from '../images/store.ts';
import { latestEvent } from '../images/tag-events.ts';
import type { ImageStream } from '../images/types.ts';
import { viewImageTag, viewStreamImage } from '../images/views.ts';
import { ApiError, notFound } from './api-error.ts';
import { keyOf, splitTagName, type ApiRequest, type Resource } from './api-request.ts';
import { isObject } from '../json.ts';
import { answerList } from './listing.ts';

/**
 * imagetags, named `stream:tag`: spec and status of a tag side by side, also of tags that never got an image.
 * @param tags imagestreamtags, which write the same tags
 */
export function imageTags(store: ImageStore, tags: Resource): Resource {
  const { create, update, delete: remove } = tags.handlers;
  return {
    name: 'imagetags',
    singularName: 'imagetag',
    kind: 'ImageTag',
    namespaced: true,
    shortNames: ['itag'],
    handlers: {
      get: (request) => {
        const { namespace, name, tag } = splitTagName(request, 'ImageTags');
        const stream = existing(store, namespace, name);
        const event = latestEvent(stream, tag);
        const view = viewImageTag(stream, tag, event === undefined ? undefined : store.image(event.image));
        if (view === undefined) throw notFound('imagetags', `${name}:${tag}`);
        return { status: 200, body: view };
      },
      list: (request) => {
        const items = store
          .streams(request.namespace)
          .flatMap((stream) => tagNames(stream).map((tag) => viewImageTag(stream, tag, undefined) ?? {}));
        return answerList(request, { kind: 'ImageTagList', items, resourceVersion: store.resourceVersion() });
      },
      ...(create === undefined ? {} : { create: (request) => create(withTag(request)) }),
      ...(update === undefined ? {} : { update: (request) => update(withTag(request)) }),
      ...(remove === undefined ? {} : { delete: remove }),
    },
  };
}

/** imagestreamimages, named `stream@digest`. */
export function imageStreamImages(store: ImageStore): Resource {
  return {
    name: 'imagestreamimages',
    singularName: 'imagestreamimage',
    kind: 'ImageStreamImage',
    namespaced: true,
    shortNames: ['isimage'],
    handlers: {
      get: (request) => {
        const { namespace, name } = keyOf(request);
        const [stream = '', digest = '', ...rest] = name.split('@');
        if (digest === '' || rest.length > 0)
          throw new ApiError('BadRequest', 'ImageStreamImages must be retrieved with <name>@<id>');
        return { status: 200, body: viewStreamImage(existing(store, namespace, stream), digest, store) };
      },
    },
  };
}

/** images, cluster-scoped, named by digest. */
export function images(store: ImageStore): Resource {
  return {
    name: 'images',
    singularName: 'image',
    kind: 'Image',
    namespaced: false,
    handlers: {
      get: (request: ApiRequest) => {
        const image = store.image(request.name ?? '');
        if (image === undefined) throw notFound('images', request.name ?? '');
        return { status: 200, body: image };
      },
      list: (request) =>
        answerList(request, { kind: 'ImageList', items: store.images(), resourceVersion: store.resourceVersion() }),
    },
  };
}

/** The body of an ImageTag has in `spec` what the ImageStreamTag has in `tag`. */
function withTag(request: ApiRequest): ApiRequest {
  return isObject(request.body) ? { ...request, body: { ...request.body, tag: request.body['spec'] } } : request;
}

function tagNames(stream: ImageStream): string[] {
  const names = [
    ...(stream.spec.tags ?? []).map(({ name }) => name),
    ...(stream.status.tags ?? []).map(({ tag }) => tag),
  ];
  return [...new Set(names)].sort();
}

function existing(store: ImageStore, namespace: string, name: string): ImageStream {
  const stream = store.stream(namespace, name);
  if (stream === undefined) throw notFound('imagestreams', name);
  return stream;
}
