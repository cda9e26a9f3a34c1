import { isObject } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { splitTagName, viewOfTag } from '../../domain/kube/stream-tag.ts';
import { streamKey, type Streams } from '../cluster/read-streams.ts';

/**
 * The streams that tags need and the cluster lacks. OpenShift would create them with the first tag, and then no report
 * would name them and no field manager would mark them, so that a rollback could not remove them.
 */
export function missingStreams(tags: readonly Resource[], streams: Streams): readonly Resource[] {
  if (streams === undefined) return [];
  const missing = new Map<string, Resource>();
  for (const tag of tags)
    if (!streams.has(streamKey(tag)) && !missing.has(streamKey(tag))) missing.set(streamKey(tag), streamOf(tag));
  return [...missing.values()];
}

/** An ImageStreamTag as its stream has it; undefined when it has none. */
export function tagInStream(tag: Resource, streams: Streams): Resource | undefined {
  const stream = streams?.get(streamKey(tag));
  return stream === undefined ? undefined : viewOfTag(stream, splitTagName(tag.metadata.name).tag);
}

function streamOf({ apiVersion, metadata, lookupPolicy }: Resource): Resource {
  const { namespace } = metadata;
  return {
    apiVersion,
    kind: 'ImageStream',
    metadata: { name: splitTagName(metadata.name).stream, ...(namespace === undefined ? {} : { namespace }) },
    spec: isObject(lookupPolicy) ? { lookupPolicy } : {},
  };
}
