import { ApiError } from '../api/api-error.ts';
import { at, isObject, listAt, numberAt, stringAt, stringMapAt, type JsonObject } from '../json.ts';
import type { ImageStream, ManagedFields, ObjectReference, TagReference } from './types.ts';

/** What a user may say about a stream; everything else is the server's. */
export interface StreamRequest {
  readonly name: string;
  readonly resourceVersion?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** Of a server-side apply; absent: they remain as they are. */
  readonly managedFields?: readonly ManagedFields[];
  readonly spec: ImageStream['spec'];
}

/** Reads a stream as a user sends it, with the API's defaults filled in. Throws ApiError 400 or 422 when it is malformed. */
export function parseStreamRequest(body: unknown): StreamRequest {
  if (!isObject(body)) throw new ApiError('BadRequest', 'the body of the request was not an object');
  const kind = stringAt(body, 'kind');
  if (kind !== undefined && kind !== 'ImageStream') {
    throw new ApiError('BadRequest', `the object provided is unrecognized: ${kind} is not ImageStream`);
  }
  const name = stringAt(body, 'metadata', 'name') ?? generateName(stringAt(body, 'metadata', 'generateName'));
  const labels = stringMapAt(body, 'metadata', 'labels');
  const annotations = stringMapAt(body, 'metadata', 'annotations');
  const resourceVersion = stringAt(body, 'metadata', 'resourceVersion');
  return {
    name: checkStreamName(name),
    spec: parseSpec(body),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

/** Reads one tag as a user sends it. Throws ApiError 422 when its `from` is not a known kind. */
export function parseTagReference(value: unknown, name: string): TagReference {
  const from = parseFrom(at(value, 'from'), name);
  const reference = at(value, 'reference') === true;
  const insecure = at(value, 'importPolicy', 'insecure') === true;
  const scheduled = at(value, 'importPolicy', 'scheduled') === true;
  if (scheduled) checkSchedule(from, name);
  return {
    name,
    annotations: stringMapAt(value, 'annotations') ?? null,
    ...(from === undefined ? {} : { from }),
    ...(reference ? { reference } : {}),
    generation: numberAt(value, 'generation') ?? null,
    importPolicy: {
      ...(insecure ? { insecure } : {}),
      ...(scheduled ? { scheduled } : {}),
      importMode: stringAt(value, 'importPolicy', 'importMode') ?? 'Legacy',
    },
    referencePolicy: { type: stringAt(value, 'referencePolicy', 'type') === 'Local' ? 'Local' : 'Source' },
  };
}

/** Only a tag of a registry can mean another image later (ValidateImageStreamTagReference). Throws ApiError 422. */
function checkSchedule(from: ObjectReference | undefined, tag: string): void {
  if (from === undefined || (from.kind === 'DockerImage' && !from.name.includes('@'))) return;
  const why = 'only tags can be scheduled for import';
  throw new ApiError(
    'Invalid',
    `ImageStream.image.openshift.io is invalid: spec.tags[${tag}].from.name: Invalid value: "${from.name}": ${why}`,
  );
}

/** Gives the name back if a repository may be called so. Throws ApiError 422. */
function checkStreamName(name: string): string {
  if (/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/.test(name) && name.length <= 200) return name;
  throw new ApiError(
    'Invalid',
    `ImageStream.image.openshift.io "${name}" is invalid: metadata.name: Invalid value: "${name}": not a repository name`,
  );
}

function parseSpec(body: JsonObject): ImageStream['spec'] {
  const repository = stringAt(body, 'spec', 'dockerImageRepository');
  const tags = listAt(body, 'spec', 'tags').map((tag) => {
    const name = stringAt(tag, 'name');
    if (name === undefined)
      throw new ApiError('Invalid', 'ImageStream.image.openshift.io is invalid: spec.tags[].name: Required value');
    return parseTagReference(tag, name);
  });
  return {
    lookupPolicy: { local: at(body, 'spec', 'lookupPolicy', 'local') === true },
    ...(repository === undefined ? {} : { dockerImageRepository: repository }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

function parseFrom(from: unknown, tag: string): ObjectReference | undefined {
  if (!isObject(from)) return undefined;
  const kind = stringAt(from, 'kind');
  const name = stringAt(from, 'name');
  const namespace = stringAt(from, 'namespace');
  const known = kind === 'DockerImage' || kind === 'ImageStreamTag' || kind === 'ImageStreamImage';
  if (!known || name === undefined) {
    throw new ApiError(
      'Invalid',
      `ImageStream.image.openshift.io is invalid: spec.tags[${tag}].from: Invalid value: kind must be DockerImage, ImageStreamTag or ImageStreamImage, and name is required`,
    );
  }
  return { kind, ...(namespace === undefined ? {} : { namespace }), name };
}

function generateName(prefix: string | undefined): string {
  if (prefix === undefined)
    throw new ApiError(
      'Invalid',
      'ImageStream.image.openshift.io "" is invalid: metadata.name: Required value: name or generateName is required',
    );
  return `${prefix}${Math.random().toString(36).slice(2, 7)}`;
}
