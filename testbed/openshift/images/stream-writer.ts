import { ApiError, notFound } from '../api/api-error.ts';
import type { Access, User } from '../kube/access.ts';
import type { NamespaceLookup } from '../kube/namespaces.ts';
import type { StreamRequest } from './parse-stream.ts';
import { aliasTarget, resolveTags } from './resolve-tags.ts';
import type { ImageStore } from './store.ts';
import type { ImageStream } from './types.ts';
import { newStream, updatedStream, withoutTag, type RegistryHosts } from './write-stream.ts';

/** Who writes, and whether the write is only tried. */
export interface WriteContext {
  readonly user: User;
  readonly dryRun: boolean;
}

/** Where a stream is. */
interface StreamKey {
  readonly namespace: string;
  readonly name: string;
}

/** Writes of users: checked, resolved, kept, and handed on to the importer. */
export interface StreamWriter {
  /** Throws ApiError 404 (namespace), 403 (namespace ends), 409 (exists), 422. */
  create(namespace: string, request: StreamRequest, context: WriteContext): Promise<ImageStream>;
  /** `change` may be called more than once. Throws ApiError 404, 409 (older version), 422. */
  update(key: StreamKey, change: (old: ImageStream) => StreamRequest, context: WriteContext): Promise<ImageStream>;
  /** Throws ApiError 404 or 409 (another uid). */
  remove(key: StreamKey, options: { readonly dryRun: boolean; readonly uid?: string }): ImageStream;
  /** Takes a tag out of spec and status; false when neither has it. Throws ApiError 404 when the stream is missing. */
  removeTag(key: StreamKey, tag: string, dryRun: boolean): boolean;
}

/** What writing streams needs. `onWritten` is told of each stream that was kept. */
export interface StreamWriterParts {
  readonly store: ImageStore;
  readonly access: Access;
  readonly namespaces: NamespaceLookup;
  readonly hosts: RegistryHosts;
  readonly onWritten: (stream: ImageStream) => void;
}

/** The one way for users' streams into the store. Between the last check and the store nothing is awaited, so writes do not mix. */
export function createStreamWriter(parts: StreamWriterParts): StreamWriter {
  const { store, hosts } = parts;
  const keep = (stream: ImageStream, dryRun: boolean): ImageStream => {
    if (dryRun) return stream;
    const kept = store.putStream(stream);
    parts.onWritten(kept);
    return kept;
  };
  return {
    create: async (namespace, request, { user, dryRun }) => {
      await checkNamespace(parts.namespaces, namespace);
      await checkAliases(parts.access, user, { key: { namespace, name: request.name }, request });
      if (store.stream(namespace, request.name) !== undefined) {
        throw new ApiError('AlreadyExists', `imagestreams.image.openshift.io "${request.name}" already exists`);
      }
      return keep(resolveTags(newStream(request, namespace, hosts), undefined, store.stream), dryRun);
    },
    update: async (key, change, { user, dryRun }) => {
      await checkAliases(parts.access, user, { key, request: change(existing(store, key)) });
      const old = existing(store, key);
      return keep(resolveTags(updatedStream(old, change(old)), old, store.stream), dryRun);
    },
    remove: (key, { dryRun, uid }) => {
      const old = existing(store, key);
      if (uid !== undefined && uid !== old.metadata.uid)
        throw new ApiError('Conflict', `deleting imagestream ${key.name}: the UID precondition was not met`);
      if (!dryRun) store.deleteStream(old);
      return old;
    },
    removeTag: (key, tag, dryRun) => {
      const old = existing(store, key);
      const next = withoutTag(old, tag);
      if (next !== undefined) keep(next, dryRun);
      return next !== undefined;
    },
  };
}

function existing(store: ImageStore, { namespace, name }: StreamKey): ImageStream {
  const stream = store.stream(namespace, name);
  if (stream === undefined) throw notFound('imagestreams', name);
  return stream;
}

/** kube-apiserver does this for its own resources; requests that it only forwards are left to us. */
async function checkNamespace(lookup: NamespaceLookup, namespace: string): Promise<void> {
  const state = await lookup(namespace);
  if (state === 'missing') throw new ApiError('NotFound', `namespaces "${namespace}" not found`);
  if (state === 'terminating')
    throw new ApiError(
      'Forbidden',
      `imagestreams.image.openshift.io is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    );
}

/** Whoever tags an image of another namespace must be able to pull it. Throws ApiError 422, as OpenShift does. */
async function checkAliases(
  access: Access,
  user: User,
  write: { readonly key: StreamKey; readonly request: StreamRequest },
): Promise<void> {
  for (const { from, name: tag } of write.request.spec.tags ?? []) {
    const target = from === undefined ? undefined : aliasTarget(write.key, from);
    if (target === undefined || target.namespace === write.key.namespace) continue;
    const action = {
      verb: 'get',
      resource: 'imagestreams',
      subresource: 'layers',
      namespace: target.namespace,
      name: target.name,
    };
    if (await access.isAllowed(user, action)) continue;
    const where = `spec.tags[${tag}].from: Forbidden: ${target.namespace}/${target.name}`;
    throw new ApiError('Invalid', `ImageStream.image.openshift.io "${write.key.name}" is invalid: ${where}`);
  }
}
