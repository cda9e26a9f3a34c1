import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { arrayAt, isObject, stringAt } from '../../domain/core/json-object.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import { splitTagName } from '../../domain/kube/stream-tag.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** ImageStreams by `streamKey` of their tags; undefined where the account may not list them. */
export type Streams = ReadonlyMap<string, Resource> | undefined;

const pageSize = '100';

/** `<namespace>/<name>` of the stream that an ImageStreamTag is in. */
export function streamKey({ metadata }: Resource): string {
  return `${metadata.namespace ?? ''}/${splitTagName(metadata.name).stream}`;
}

/**
 * Reads the streams that ImageStreamTags are in, by one list per namespace: the API does not show a tag before its image
 * is imported, its stream does.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function readStreams(cluster: Cluster, tags: readonly Resource[]): Promise<Streams> {
  const wanted = new Set(tags.map(streamKey));
  const namespaces = new Map(tags.map((tag) => [tag.metadata.namespace ?? '', tag.apiVersion]));
  const found = new Map<string, Resource>();
  try {
    for (const [namespace, apiVersion] of namespaces)
      for await (const stream of listStreams(cluster, namespace, apiVersion)) {
        const key = `${namespace}/${stream.metadata.name}`;
        if (wanted.has(key)) found.set(key, stream);
      }
  } catch (error) {
    if (!(error instanceof ClusterStatusError) || error.status === 401) throw error;
    return undefined;
  }
  return found;
}

async function* listStreams(cluster: Cluster, namespace: string, apiVersion: string): AsyncGenerator<Resource> {
  const path = `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/imagestreams`;
  let token = '';
  do {
    const next = token === '' ? {} : { continue: token };
    const page = await cluster.request({ path, query: { limit: pageSize, ...next } });
    for (const item of arrayAt(page, 'items')) {
      const stream = isObject(item) ? { ...item, apiVersion, kind: 'ImageStream' } : item;
      if (isResource(stream)) yield stream;
    }
    token = stringAt(page, 'metadata', 'continue') ?? '';
  } while (token !== '');
}
