import type { ImageFinder } from './importer.ts';
import type { ImageStream, TagReference } from './types.ts';

/** The stream as an import of a tag leaves it, and the generation that the import gave to stream and tag. */
export interface Imported {
  readonly stream: ImageStream;
  readonly generation: number;
}

/**
 * Raises the generation of the stream and of the spec tag, as the ImageStreamImport of OpenShift's image controller does,
 * also when the import failed (pkg/image/apiserver/registry/imagestreamimport of openshift-apiserver). POST of a tag
 * answers `tag.generation: 1`; after the import it is 2.
 */
export function raiseGeneration(stream: ImageStream, { name }: TagReference): Imported {
  const generation = (stream.metadata.generation ?? 0) + 1;
  const tags = (stream.spec.tags ?? []).map((tag) => (tag.name === name ? { ...tag, generation } : tag));
  const metadata = { ...stream.metadata, generation };
  return { stream: { ...stream, metadata, spec: { ...stream.spec, tags } }, generation };
}

/** A finder that takes its time, as imports of a real cluster do. */
export function delayFinder(find: ImageFinder, seconds: number): ImageFinder {
  if (seconds === 0) return find;
  return async (tag, namespace) => {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref());
    return find(tag, namespace);
  };
}
