import { completeShortName, formatImageName, parseImageReference, type PinnedImage } from '../image-location.ts';
import type { Descriptor } from '../manifest.ts';
import type { Manifest } from '../registry.ts';
import type { ImageParts } from './image-manifest.ts';

/** Annotation of an entry of `index.json`: the name with digest that the image had where it was read. */
export const sourceAnnotation = 'crane-tasks.dev/source';

/** One image to put into an archive. */
export interface ImageToArchive extends ImageParts {
  /** As it was asked for; its digest can be that of an index. */
  readonly source: PinnedImage;
  /** Names with tags, each unique in the archive. */
  readonly names: readonly string[];
  readonly platform: string;
  readonly manifest: Manifest;
}

/** A small file of an archive. */
export interface TextMember {
  readonly name: string;
  readonly text: string;
}

/**
 * The three files that describe an archive. Together they make it an image layout (OCI image specification,
 * image-layout.md) and what `docker load` reads (moby, image/tarexport), as Docker 25 and later write it.
 */
export function describeArchive(images: readonly ImageToArchive[]): readonly TextMember[] {
  const manifests = images.flatMap((image) =>
    (image.names.length === 0 ? [undefined] : image.names).map(entryOf(image)),
  );
  const listed = images.map(({ config, layers, names }) => ({
    Config: blobName(config.digest),
    RepoTags: names,
    Layers: layers.map(({ digest }) => blobName(digest)),
  }));
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
  return [
    { name: 'oci-layout', text: JSON.stringify({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', text: JSON.stringify(index) },
    { name: 'manifest.json', text: JSON.stringify(listed) },
  ];
}

// Podman and skopeo take ref.name for the whole name, containerd and Docker read their own annotation first.
function entryOf({ manifest, platform, source }: ImageToArchive): (name: string | undefined) => object {
  const [os, architecture, variant] = platform.split('/');
  return (name) => ({
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    annotations: {
      [sourceAnnotation]: formatImageName(source),
      ...(name === undefined ? {} : namesFor(name)),
    },
    platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
  });
}

function namesFor(name: string): Readonly<Record<string, string>> {
  const reference = parseImageReference(name);
  const whole = reference === undefined ? name : formatImageName(completeShortName(reference));
  return { 'io.containerd.image.name': whole, 'org.opencontainers.image.ref.name': whole };
}

/** A layer and an image that has it. */
export interface ImageLayer extends Descriptor {
  readonly source: PinnedImage;
}

/** The layers of all images in their order, each once. */
export function listLayers(images: readonly ImageToArchive[]): readonly ImageLayer[] {
  const layers = images.flatMap(({ source, layers: own }) => own.map(({ digest, size }) => ({ digest, size, source })));
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

/** Path of a blob in an image layout. */
export function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
