import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../api/api-error.ts';
import type { StreamRequest } from './parse-stream.ts';
import { specTag } from './tag-events.ts';
import { apiVersion, now, type ImageStream, type ManagedFields, type TagReference } from './types.ts';

/** Hosts that a stream's status names. */
export interface RegistryHosts {
  readonly internalHost: string;
  readonly publicHost: string;
}

/** A new stream: the server's own metadata and status, whatever status the user sent. */
export function newStream(request: StreamRequest, namespace: string, hosts: RegistryHosts): ImageStream {
  const repository = `${namespace}/${request.name}`;
  return {
    kind: 'ImageStream',
    apiVersion,
    metadata: {
      name: request.name,
      namespace,
      uid: randomUUID(),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: now(),
      ...userMetadata(request),
    },
    spec: withTags(
      request.spec,
      (request.spec.tags ?? []).map((tag) => ({ ...tag, generation: 1 })),
    ),
    status: {
      dockerImageRepository: `${hosts.internalHost}/${repository}`,
      publicDockerImageRepository: `${hosts.publicHost}/${repository}`,
    },
  };
}

/**
 * The stream with a user's new spec and metadata; the status stays. A changed spec raises the generation, and changed tags
 * carry it (updateSpecTagGenerationsForUpdate, ensureSpecTagGenerationsAreSet of openshift-apiserver).
 * Throws ApiError 409 when the user changed an older version.
 */
export function updatedStream(old: ImageStream, request: StreamRequest): ImageStream {
  if (request.resourceVersion !== undefined && request.resourceVersion !== old.metadata.resourceVersion) {
    const message = `Operation cannot be fulfilled on imagestreams.image.openshift.io "${old.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`;
    throw new ApiError('Conflict', message);
  }
  const tags = (request.spec.tags ?? []).map((tag) => keepGeneration(tag, specTag(old, tag.name)));
  const changed = !isDeepStrictEqual(old.spec, withTags(request.spec, tags));
  const generation = (old.metadata.generation ?? 0) + Number(changed);
  const settled = tags.map((tag) => (isTagChanged(old, tag) ? { ...tag, generation } : tag));
  const { name, namespace, uid, resourceVersion, creationTimestamp, managedFields } = old.metadata;
  const kept = managedFields === undefined ? {} : { managedFields };
  return {
    ...old,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      generation,
      creationTimestamp,
      ...kept,
      ...userMetadata(request),
    },
    spec: withTags(request.spec, settled),
  };
}

/** The stream without a tag in spec and status; undefined when neither has it. */
export function withoutTag(old: ImageStream, tag: string): ImageStream | undefined {
  const spec = (old.spec.tags ?? []).filter(({ name }) => name !== tag);
  const status = (old.status.tags ?? []).filter((history) => history.tag !== tag);
  if (spec.length === (old.spec.tags ?? []).length && status.length === (old.status.tags ?? []).length)
    return undefined;
  const generation = (old.metadata.generation ?? 0) + 1;
  return {
    ...old,
    metadata: { ...old.metadata, generation },
    spec: withTags(old.spec, spec),
    status: { ...old.status, tags: status },
  };
}

/** Tags of the new spec that are to be resolved or imported: those that this write gave a generation. */
export function changedTags(next: ImageStream, old: ImageStream | undefined): TagReference[] {
  const before = (name: string): number | null | undefined =>
    old === undefined ? undefined : specTag(old, name)?.generation;
  return (next.spec.tags ?? []).filter((tag) => tag.generation !== before(tag.name));
}

/** Whether a tag is new to the stream, comes from elsewhere now, or was asked to be imported again (generation 0). */
function isTagChanged(old: ImageStream, tag: TagReference): boolean {
  const before = specTag(old, tag.name);
  if (before === undefined || tag.generation === 0 || tag.generation === null) return true;
  if (tag.from === undefined) return false;
  const namespace = old.metadata.namespace;
  const sameNamespace = (before.from?.namespace ?? namespace) === (tag.from.namespace ?? namespace);
  return !sameNamespace || before.from?.name !== tag.from.name || before.reference !== tag.reference;
}

/** Users cannot choose a generation, save 0 for "again". */
function keepGeneration(tag: TagReference, before: TagReference | undefined): TagReference {
  return tag.generation === 0 ? tag : { ...tag, generation: before?.generation ?? null };
}

function withTags(spec: ImageStream['spec'], tags: readonly TagReference[]): ImageStream['spec'] {
  const { lookupPolicy, dockerImageRepository } = spec;
  return {
    lookupPolicy,
    ...(dockerImageRepository === undefined ? {} : { dockerImageRepository }),
    ...(tags.length === 0 ? {} : { tags: [...tags].sort((left, right) => (left.name < right.name ? -1 : 1)) }),
  };
}

function userMetadata({ labels, annotations, managedFields }: StreamRequest): {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: readonly ManagedFields[];
} {
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
}
