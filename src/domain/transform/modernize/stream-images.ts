import type { ImageStream, TagOrigin } from '../../images/image-stream.ts';
import { findTag } from '../../images/stream-tags.ts';

/** A chain of tags that point at each other is followed no further; OpenShift itself refuses circles. */
const longestChain = 8;

/**
 * The image that an origin means, as its stream's history names it, else as the tag's specification does; undefined
 * when the export has neither.
 */
export function resolveOrigin(first: TagOrigin, streams: readonly ImageStream[]): string | undefined {
  let origin: TagOrigin | undefined = first;
  for (let step = 0; step < longestChain && origin !== undefined; step += 1) {
    if (origin.kind === 'DockerImage') return origin.name;
    const found = lookUp(origin, streams);
    if (found.image !== '') return found.image;
    origin = found.next;
  }
  return undefined;
}

interface LookUp {
  /** Empty: not known. */
  readonly image: string;
  readonly next: TagOrigin | undefined;
}

function lookUp(origin: TagOrigin, streams: readonly ImageStream[]): LookUp {
  const [name = '', digest] = origin.name.split('@');
  const own = streams.find(
    (stream) => stream.namespace === origin.namespace && stream.name === name.replace(/:[^]*/, ''),
  );
  const tag = own === undefined ? undefined : findTag(origin, own, streams);
  const item = digest === undefined ? tag?.items[0] : tag?.items.find((each) => each.digest === digest);
  const next = tag?.from;
  // A tag may be named without its stream, which then is the stream that the tag stands in.
  const isShort = next?.kind === 'ImageStreamTag' && !next.name.includes(':');
  return {
    image: item?.reference ?? '',
    next: isShort && own !== undefined ? { ...next, name: `${own.name}:${next.name}` } : next,
  };
}

/** `ImageStreamTag shop/web:latest`: how notes name an origin. */
export function describeOrigin({ kind, namespace, name }: TagOrigin): string {
  return kind === 'DockerImage' ? `image ${name}` : `${kind} ${namespace}/${name}`;
}
