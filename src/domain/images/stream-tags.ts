import type { ImageStream, StreamTag, TagOrigin } from './image-stream.ts';

const platformNamespace = 'openshift';

/**
 * The tag that an origin names, if it was exported: `stream:tag`, `tag` for one of the own stream, or `stream@digest`
 * for the tag that has or had that image.
 */
export function findTag(origin: TagOrigin, own: ImageStream, streams: readonly ImageStream[]): StreamTag | undefined {
  const [, name = own.name, mark = ':', rest = origin.name] = /^([^:@]+)([:@])(.+)$/.exec(origin.name) ?? [];
  const stream = streams.find((each) => each.namespace === origin.namespace && each.name === name);
  if (mark === ':') return stream?.tags.find((tag) => tag.name === rest);
  return stream?.tags.find((tag) => tag.items.some((item) => item.digest === rest));
}

/** Whether an origin is, directly or through other tags, a stream of the namespace that OpenShift fills itself. */
export function reachesOpenShift(first: TagOrigin, own: ImageStream, streams: readonly ImageStream[]): boolean {
  const seen = new Set<TagOrigin>();
  let origin: TagOrigin | undefined = first;
  while (origin !== undefined && origin.kind !== 'DockerImage' && !seen.has(origin)) {
    if (origin.namespace === platformNamespace) return true;
    seen.add(origin);
    origin = findTag(origin, own, streams)?.from;
  }
  return false;
}
