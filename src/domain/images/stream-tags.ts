import type { ImageStream, StreamTag, TagOrigin } from './image-stream.ts';

const platformNamespace = 'openshift';

/**
 * The tag that an origin names, if it was exported: `stream:tag`, `tag` for one of the own stream, or `stream@digest`
 * for the tag that has or had that image.
 */
export function findTag(origin: TagOrigin, own: ImageStream, streams: readonly ImageStream[]): StreamTag | undefined {
  if (origin.kind === 'DockerImage') return undefined;
  const [, name = own.name, mark = ':', rest = origin.name] = /^([^:@]+)([:@])(.+)$/.exec(origin.name) ?? [];
  const stream = streams.find((each) => each.namespace === origin.namespace && each.name === name);
  if (mark === ':') return stream?.tags.find((tag) => tag.name === rest);
  return stream?.tags.find((tag) => tag.items.some((item) => item.digest === rest));
}

/** Whether a tag points, directly or through other tags, at a stream of the namespace that OpenShift fills itself. */
export function reachesOpenShift(first: StreamTag, own: ImageStream, streams: readonly ImageStream[]): boolean {
  const seen = new Set<StreamTag>();
  let tag: StreamTag | undefined = first;
  while (tag?.from !== undefined && tag.from.kind !== 'DockerImage' && !seen.has(tag)) {
    if (tag.from.namespace === platformNamespace) return true;
    seen.add(tag);
    tag = findTag(tag.from, own, streams);
  }
  return false;
}
