import { isRefusal } from '../../domain/kube/status-error.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { listObjects, type ListRequest } from './list-objects.ts';

/** Resource versions by object name, as a collection had them; undefined when the cluster does not let us list it. */
export type Versions = ReadonlyMap<string, string> | undefined;

const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/**
 * Lists names and resource versions of a collection, metadata only. Another object in the list makes all versions
 * unknown.
 */
export async function listVersions(request: ListRequest): Promise<Versions> {
  const versions = new Map<string, string>();
  let isKnown = true;
  try {
    await listObjects(
      { ...request, accept: metadataOnly },
      {
        take: (objects) => {
          for (const object of objects)
            versions.set(object.metadata.name, stringAt(object, 'metadata', 'resourceVersion') ?? '');
          return Promise.resolve(0);
        },
        refuse: () => {
          isKnown = false;
        },
        restart: () => {
          versions.clear();
        },
      },
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    isKnown = false;
  }
  return isKnown ? versions : undefined;
}
