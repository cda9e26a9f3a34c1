import { namespaced } from '../../domain/kube/known-kinds.ts';
import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { splitTagName, viewOfTag } from '../../domain/kube/stream-tag.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { collectObjects } from './list-objects.ts';
import { isObject } from '../../domain/core/json-object.ts';

/** ImageStreams by `streamKey` of their tags; undefined where the account may not list them. */
export type Streams = ReadonlyMap<string, Resource> | undefined;

/** `<namespace>/<name>` of the stream that an ImageStreamTag is in. */
export function streamKey({ metadata }: Resource): string {
  return `${metadata.namespace ?? ''}/${splitTagName(metadata.name).stream}`;
}

/**
 * Reads the streams that ImageStreamTags are in, by one list per namespace: the API does not show a tag before its image
 * is imported, its stream does. Other objects in the lists are ignored.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function readStreams(cluster: Cluster, tags: readonly Resource[]): Promise<Streams> {
  const wanted = new Set(tags.map(streamKey));
  const namespaces = new Map(tags.map(({ apiVersion, metadata }) => [metadata.namespace ?? '', apiVersion]));
  const found = new Map<string, Resource>();
  try {
    for (const [namespace, apiVersion] of namespaces) {
      const kind = namespaced(apiVersion, 'ImageStream', 'imagestreams');
      for (const stream of await collectObjects({ cluster, kind, namespace }, () => undefined)) {
        const key = `${namespace}/${stream.metadata.name}`;
        if (wanted.has(key)) found.set(key, stream);
      }
    }
  } catch (error) {
    if (!isRefusalOfRequest(error)) throw error;
    return undefined;
  }
  return found;
}

/**
 * The streams that tags need and the cluster lacks. OpenShift would create them with the first tag, and then no report
 * would name them and no field manager would mark them, so that a rollback could not remove them.
 */
export function missingStreams(tags: readonly Resource[], streams: Streams): readonly Resource[] {
  if (streams === undefined) return [];
  const missing = [...Map.groupBy(tags, streamKey)].filter(([key]) => !streams.has(key));
  return missing.flatMap(([, [first]]) => (first === undefined ? [] : [streamOf(first)]));
}

/** An ImageStreamTag as its stream has it; undefined when it has none. */
export function tagInStream(tag: Resource, streams: Streams): Resource | undefined {
  const stream = streams?.get(streamKey(tag));
  return stream === undefined ? undefined : viewOfTag(stream, splitTagName(tag.metadata.name).tag);
}

function streamOf({ apiVersion, metadata, lookupPolicy }: Resource): Resource {
  const { namespace } = metadata;
  const place = { name: splitTagName(metadata.name).stream, ...(namespace === undefined ? {} : { namespace }) };
  return { apiVersion, kind: 'ImageStream', metadata: place, spec: isObject(lookupPolicy) ? { lookupPolicy } : {} };
}
