import type { Image, ImageStream } from './types.ts';

/** Everything the store knows, as it stands in the state file. */
export interface StoreState {
  readonly resourceVersion: number;
  readonly imageStreams: readonly ImageStream[];
  readonly images: readonly Image[];
}

/** Image streams and images. Objects are never changed in place: put a new one. */
export interface ImageStore {
  readonly stream: (namespace: string, name: string) => ImageStream | undefined;
  /** Sorted by namespace and name. */
  readonly streams: (namespace?: string) => ImageStream[];
  /** Keeps the stream under a new resourceVersion and returns it so. */
  readonly putStream: (stream: ImageStream) => ImageStream;
  readonly deleteStream: (stream: ImageStream) => void;
  readonly image: (digest: string) => Image | undefined;
  readonly images: () => Image[];
  readonly putImage: (image: Image) => Image;
  readonly resourceVersion: () => string;
  readonly state: () => StoreState;
}

/** Gap after a restart: changes may have been given out that the state file did not get. */
const restartGap = 1000;

/** An in-memory store that starts from a saved state and tells of every change. */
export function createImageStore(saved: StoreState | undefined, onChange: () => void = () => undefined): ImageStore {
  const streams = new Map((saved?.imageStreams ?? []).map((stream) => [keyOf(stream.metadata), stream]));
  const images = new Map((saved?.images ?? []).map((image) => [image.metadata.name, image]));
  let version = (saved?.resourceVersion ?? 0) + restartGap;
  const nextVersion = (): string => {
    version += 1;
    onChange();
    return String(version);
  };
  const allStreams = (): ImageStream[] => [...streams].sort(byKey).map(([, stream]) => stream);
  const allImages = (): Image[] => [...images].sort(byKey).map(([, image]) => image);
  return {
    stream: (namespace, name) => streams.get(`${namespace}/${name}`),
    streams: (namespace) =>
      allStreams().filter((stream) => namespace === undefined || stream.metadata.namespace === namespace),
    putStream: (stream) => {
      const kept: ImageStream = { ...stream, metadata: { ...stream.metadata, resourceVersion: nextVersion() } };
      streams.set(keyOf(kept.metadata), kept);
      return kept;
    },
    deleteStream: (stream) => {
      if (streams.delete(keyOf(stream.metadata))) nextVersion();
    },
    image: (digest) => images.get(digest),
    images: allImages,
    putImage: (image) => {
      const kept: Image = { ...image, metadata: { ...image.metadata, resourceVersion: nextVersion() } };
      images.set(kept.metadata.name, kept);
      return kept;
    },
    resourceVersion: () => String(version),
    state: () => ({ resourceVersion: version, imageStreams: allStreams(), images: allImages() }),
  };
}

function keyOf(metadata: { readonly namespace: string; readonly name: string }): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : Number(left > right);
}
