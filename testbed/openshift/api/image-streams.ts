import { managersAfterApply } from '../images/field-managers.ts';
import { parseStreamRequest, type StreamRequest } from '../images/parse-stream.ts';
import type { ImageStore } from '../images/store.ts';
import type { StreamWriter } from '../images/stream-writer.ts';
import type { ImageStream } from '../images/types.ts';
import { isObject, stringAt, toJsonObject, type JsonObject } from '../json.ts';
import { ApiError, notFound } from './api-error.ts';
import { isDryRun, keyOf, namespaceOf, type ApiAnswer, type ApiRequest, type Resource } from './api-request.ts';
import { answerList, selectItems } from './listing.ts';
import { applyType, patchObject } from './patch.ts';

/** imagestreams: the only resource here that is stored; tags and images of a stream are views of it. */
export function imageStreams(store: ImageStore, writer: StreamWriter): Resource {
  const context = (request: ApiRequest): { user: ApiRequest['user']; dryRun: boolean } => ({
    user: request.user,
    dryRun: isDryRun(request),
  });
  const create = async (request: ApiRequest, body: unknown): Promise<ApiAnswer> => {
    const wanted = { ...parseStreamRequest(body), ...managersOf(request, undefined) };
    const stream = await writer.create(namespaceOf(request), wanted, context(request));
    return { status: 201, body: stream };
  };
  return {
    name: 'imagestreams',
    singularName: 'imagestream',
    kind: 'ImageStream',
    namespaced: true,
    shortNames: ['is'],
    handlers: {
      get: (request) => ({ status: 200, body: getStream(store, request) }),
      list: (request) =>
        answerList(request, {
          kind: 'ImageStreamList',
          items: store.streams(request.namespace),
          resourceVersion: store.resourceVersion(),
        }),
      create: async (request) => create(request, request.body),
      update: async (request) => {
        const wanted = parseStreamRequest(request.body);
        return { status: 200, body: await writer.update(keyOf(request), () => wanted, context(request)) };
      },
      patch: async (request) => {
        const { namespace, name } = keyOf(request);
        const present = store.stream(namespace, name);
        if (request.contentType === applyType && present === undefined) return create(request, named(request));
        const change = (old: object) => ({
          ...parseStreamRequest(patchObject(toJsonObject(old), request.body, request.contentType)),
          ...managersOf(request, present),
        });
        return { status: 200, body: await writer.update({ namespace, name }, change, context(request)) };
      },
      delete: (request) => {
        const uid = stringAt(request.body, 'preconditions', 'uid');
        const { metadata } = writer.remove(keyOf(request), {
          dryRun: isDryRun(request),
          ...(uid === undefined ? {} : { uid }),
        });
        return deleted('imagestreams', metadata);
      },
      deletecollection: (request) => {
        const items = selectItems(request, store.streams(namespaceOf(request)));
        for (const item of items)
          writer.remove(
            { namespace: namespaceOf(request), name: stringAt(item, 'metadata', 'name') ?? '' },
            { dryRun: isDryRun(request) },
          );
        return {
          status: 200,
          body: { kind: 'ImageStreamList', apiVersion: 'image.openshift.io/v1', metadata: {}, items },
        };
      },
    },
  };
}

/** The answer of a DELETE that is over when it is answered. */
export function deleted(kind: string, metadata: { readonly name: string; readonly uid: string }): ApiAnswer {
  const details = { name: metadata.name, group: 'image.openshift.io', kind, uid: metadata.uid };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function getStream(store: ImageStore, request: ApiRequest): object {
  const { namespace, name } = keyOf(request);
  const stream = store.stream(namespace, name);
  if (stream === undefined) throw notFound('imagestreams', name);
  return stream;
}

/** Only a server-side apply changes who manages a stream. */
function managersOf({ contentType, query }: ApiRequest, present: ImageStream | undefined): Partial<StreamRequest> {
  if (contentType !== applyType) return {};
  return { managedFields: managersAfterApply(present, query.get('fieldManager') ?? '') };
}

/** An applied object may leave its name to the path. */
function named(request: ApiRequest): JsonObject {
  if (!isObject(request.body)) throw new ApiError('BadRequest', 'the applied configuration must be an object');
  const metadata = isObject(request.body['metadata']) ? request.body['metadata'] : {};
  return { ...request.body, metadata: { ...metadata, name: request.name } };
}
