import { describeImage, type Manifest } from '../images/manifest.ts';
import type { ImageStore } from '../images/store.ts';
import type { StreamWriter } from '../images/stream-writer.ts';
import { addTagEvent } from '../images/tag-events.ts';
import { now, type ImageStream } from '../images/types.ts';
import type { Access, User } from '../kube/access.ts';
import { RegistryError } from './registry-error.ts';
import type { Repository } from './registry-path.ts';

/** A manifest that the backend has taken. Without a tag only the Image comes to be. */
interface Push {
  readonly repository: Repository;
  readonly tag?: string;
  readonly manifest: Manifest;
  readonly config: unknown;
  readonly user: User;
}

/** Makes pushes known to the API. */
export interface PushRecorder {
  /** Makes the stream if there is none and the user may. Throws RegistryError 403, or ApiError for a bad namespace or name. */
  ensureStream(repository: Repository, user: User): Promise<void>;
  record(push: Push): void;
}

/** What recording pushes needs. */
export interface PushRecorderParts {
  readonly store: ImageStore;
  readonly writer: StreamWriter;
  readonly access: Access;
  readonly internalHost: string;
}

/** Records as an ImageStreamMapping does: Image, and the tag's newest event. */
export function createPushRecorder(parts: PushRecorderParts): PushRecorder {
  const { store } = parts;
  return {
    ensureStream: async (repository, user) => {
      const { namespace, name } = repository;
      if (store.stream(namespace, name) !== undefined) return;
      const isAllowed = await parts.access.isAllowed(user, { verb: 'create', resource: 'imagestreams', namespace });
      if (!isAllowed)
        throw new RegistryError(
          'DENIED',
          `requested access to the resource is denied: ${user.username} cannot create imagestreams in ${namespace}`,
        );
      const spec = { lookupPolicy: { local: false } };
      await parts.writer.create(namespace, { name, spec }, { user, dryRun: false }).catch((error: unknown) => {
        // Two first pushes to one stream: the other one made it.
        if (store.stream(namespace, name) === undefined) throw error;
      });
    },
    record: ({ repository, tag, manifest, config }) => {
      const { namespace, name } = repository;
      const reference = `${parts.internalHost}/${namespace}/${name}@${manifest.digest}`;
      const known = store.image(manifest.digest);
      // An image known by an import only is now held here too.
      if (known?.metadata.annotations?.['openshift.io/image.managed'] !== 'true')
        store.putImage(describeImage(manifest, { reference, config, managed: true }));
      const stream = store.stream(namespace, name);
      if (stream === undefined || tag === undefined) return;
      store.putStream(
        addTagEvent(stream, tag, {
          created: now(),
          dockerImageReference: reference,
          image: manifest.digest,
          generation: generationOf(stream),
        }),
      );
    },
  };
}

function generationOf(stream: ImageStream): number {
  return stream.metadata.generation ?? 1;
}
