import { isDeepStrictEqual } from 'node:util';
import { parseStreamRequest, parseTagReference, type StreamRequest } from '../images/parse-stream.ts';
import type { ImageStore } from '../images/store.ts';
import type { StreamWriter, WriteContext } from '../images/stream-writer.ts';
import { latestEvent, specTag } from '../images/tag-events.ts';
import type { ImageStream } from '../images/types.ts';
import { viewStreamTag } from '../images/views.ts';
import { at, isObject, stringAt, stringMapAt, toJsonObject } from '../json.ts';
import { ApiError, notFound } from './api-error.ts';
import {
  isDryRun,
  namespaceOf,
  splitTagName,
  type ApiAnswer,
  type ApiRequest,
  type Handler,
  type Resource,
} from './api-request.ts';
import { deleted } from './image-streams.ts';
import { answerList } from './listing.ts';
import { patchObject } from './patch.ts';

/** imagestreamtags, named `stream:tag`: a view of one tag of a stream, and a way to write it. */
export function imageStreamTags(store: ImageStore, writer: StreamWriter): Resource {
  return {
    name: 'imagestreamtags',
    singularName: 'imagestreamtag',
    kind: 'ImageStreamTag',
    namespaced: true,
    shortNames: ['istag'],
    handlers: {
      get: (request) => ({ status: 200, body: getTag(store, request) }),
      // A list shows no image metadata and leaves out tags that never got an image, as OpenShift's does.
      list: (request) =>
        answerList(request, {
          kind: 'ImageStreamTagList',
          items: listTags(store, request.namespace),
          resourceVersion: store.resourceVersion(),
        }),
      create: async (request) =>
        writeTag(store, writer, {
          request: { ...request, name: stringAt(request.body, 'metadata', 'name') ?? '' },
          mustBeNew: true,
        }),
      update: async (request) => writeTag(store, writer, { request, mustBeNew: false }),
      patch: async (request) =>
        writeTag(store, writer, { request: { ...request, body: patchedTag(store, request) }, mustBeNew: false }),
      delete: deleteTag(store, writer),
    },
  };
}

function getTag(store: ImageStore, request: ApiRequest): object {
  const { namespace, name, tag } = splitTagName(request, 'ImageStreamTags');
  const stream = store.stream(namespace, name);
  if (stream === undefined) throw notFound('imagestreams', name);
  const view = viewStreamTag(stream, tag, { image: imageOf(store, stream, tag) });
  if (view === undefined) throw notFound('imagestreamtags', `${name}:${tag}`);
  return view;
}

function listTags(store: ImageStore, namespace: string | undefined): object[] {
  return store
    .streams(namespace)
    .flatMap((stream) =>
      (stream.status.tags ?? []).map(({ tag }) => viewStreamTag(stream, tag, {})).filter((view) => view !== undefined),
    );
}

interface TagWrite {
  readonly request: ApiRequest;
  readonly mustBeNew: boolean;
}

/** Puts the tag into the stream's spec, and makes the stream if there is none. */
async function writeTag(store: ImageStore, writer: StreamWriter, { request, mustBeNew }: TagWrite): Promise<ApiAnswer> {
  const key = splitTagName(request, 'ImageStreamTags');
  const { namespace, name, tag } = key;
  if (!isObject(request.body)) throw new ApiError('BadRequest', 'the body of the request was not an object');
  const before = store.stream(namespace, name);
  checkLabels(request.body, before);
  const existed = before !== undefined && specTag(before, tag) !== undefined;
  if (existed && mustBeNew)
    throw new ApiError('AlreadyExists', `imagestreamtags.image.openshift.io "${name}:${tag}" already exists`);
  const context: WriteContext = { user: request.user, dryRun: isDryRun(request) };
  const change = (old: ImageStream | undefined): StreamRequest => withSpecTag(old, key, request.body);
  const stream =
    before === undefined
      ? await writer.create(namespaceOf(request), change(undefined), context)
      : await writer.update(key, change, context);
  const body = viewStreamTag(stream, tag, { image: imageOf(store, stream, tag), allowEmpty: true }) ?? {};
  return { status: existed ? 200 : 201, body };
}

/**
 * A tag shows the labels of its stream and cannot change them; a write without labels gets those of the stream
 * (ValidateImageStreamTagUpdate and REST.Update of openshift-apiserver). Throws ApiError 422.
 */
function checkLabels(body: unknown, stream: ImageStream | undefined): void {
  const labels = stringMapAt(body, 'metadata', 'labels') ?? {};
  if (Object.keys(labels).length === 0 || isDeepStrictEqual(labels, { ...stream?.metadata.labels })) return;
  const why = 'metadata: Invalid value: "": may not update fields other than metadata.annotations';
  const name = stringAt(body, 'metadata', 'name') ?? '';
  throw new ApiError('Invalid', `ImageStreamTag.image.openshift.io "${name}" is invalid: ${why}`);
}

/** A user's ImageStreamTag as a write of its stream. Its metadata.annotations become those of the tag, as OpenShift has it. */
function withSpecTag(
  old: ImageStream | undefined,
  { name, tag }: { name: string; tag: string },
  body: unknown,
): StreamRequest {
  const base: StreamRequest =
    old === undefined ? { name, spec: { lookupPolicy: { local: false } } } : parseStreamRequest(old);
  const wanted = at(body, 'tag');
  const annotations = stringMapAt(body, 'metadata', 'annotations');
  if (!isObject(wanted)) {
    if (old === undefined || specTag(old, tag) === undefined)
      throw new ApiError(
        'BadRequest',
        `imagestreamtag ${tag} is not a spec tag in imagestream ${name}, cannot be updated`,
      );
  }
  const reference = parseTagReference(isObject(wanted) ? wanted : old === undefined ? {} : specTag(old, tag), tag);
  const others = (base.spec.tags ?? []).filter((other) => other.name !== tag);
  const resourceVersion = stringAt(body, 'metadata', 'resourceVersion');
  return {
    ...base,
    spec: { ...base.spec, tags: [...others, { ...reference, annotations: annotations ?? reference.annotations }] },
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

function patchedTag(store: ImageStore, request: ApiRequest): object {
  const { namespace, name, tag } = splitTagName(request, 'ImageStreamTags');
  const stream = store.stream(namespace, name);
  const current = stream === undefined ? undefined : viewStreamTag(stream, tag, { allowEmpty: true });
  const patched = patchObject(current === undefined ? {} : toJsonObject(current), request.body, request.contentType);
  const metadata = isObject(patched['metadata']) ? patched['metadata'] : {};
  // The version is the stream's: only one that the user sent is a condition.
  const version = stringAt(request.body, 'metadata', 'resourceVersion');
  const kept = Object.entries(metadata).filter(([key]) => key !== 'resourceVersion');
  return {
    ...patched,
    metadata: { ...Object.fromEntries(kept), ...(version === undefined ? {} : { resourceVersion: version }) },
  };
}

/** Removes the tag from spec and status; its images stay. */
function deleteTag(store: ImageStore, writer: StreamWriter): Handler {
  return (request) => {
    const { namespace, name, tag } = splitTagName(request, 'ImageStreamTags');
    const stream = store.stream(namespace, name);
    if (stream === undefined) throw notFound('imagestreams', name);
    const uid = stringAt(request.body, 'preconditions', 'uid');
    if (uid !== undefined && uid !== stream.metadata.uid)
      throw new ApiError('Conflict', `deleting imagestreamtag ${name}:${tag}: the UID precondition was not met`);
    if (!writer.removeTag({ namespace, name }, tag, isDryRun(request)))
      throw notFound('imagestreamtags', `${name}:${tag}`);
    return deleted('imagestreamtags', { name: `${name}:${tag}`, uid: stream.metadata.uid });
  };
}

function imageOf(store: ImageStore, stream: ImageStream, tag: string) {
  const event = latestEvent(stream, tag);
  return event === undefined ? undefined : store.image(event.image);
}
