import { type ExternalRegistry, type ExternalRepository, ExternalError } from './external-registry.ts';
import { exactReference, parseImageReference } from './image-reference.ts';
import { raiseGeneration } from './import-effects.ts';
import { describeImage, type Manifest } from './manifest.ts';
import type { ImageStore } from './store.ts';
import { addTagEvent, eventOfDigest, historyOf, latestEvent, setCondition, specTag } from './tag-events.ts';
import { now, type Image, type ImageStream, type TagReference } from './types.ts';
import type { RegistryHosts } from './write-stream.ts';

/** Brings images that spec tags name at other registries into the status. */
export interface Importer {
  /** Starts what the stream still needs and returns at once. */
  readonly consider: (stream: ImageStream) => void;
}

/** An image as found by an import: its object, and the reference that tags get. */
interface FoundImage {
  readonly image: Image;
  readonly reference: string;
}

/** Finds the image that a tag of a namespace names. Throws ExternalError. */
export type ImageFinder = (tag: TagReference, namespace: string) => Promise<FoundImage>;

/** An importer that works in the background; results go to the store. */
export function createImporter(store: ImageStore, find: ImageFinder): Importer {
  const running = new Set<string>();
  const start = (stream: ImageStream, tag: TagReference): void => {
    const { namespace, name } = stream.metadata;
    const key = `${namespace}/${name}:${tag.name} ${String(tag.generation)}`;
    if (running.has(key)) return;
    running.add(key);
    void importTag(store, find, { namespace, name, tag }).finally(() => running.delete(key));
  };
  return {
    consider: (stream) => {
      for (const tag of tagsToImport(stream)) start(stream, tag);
    },
  };
}

/** A finder that asks external registries, and the store for images of this cluster's own registry. */
export function createImageFinder(store: ImageStore, external: ExternalRegistry, hosts: RegistryHosts): ImageFinder {
  return async ({ from, importPolicy }, namespace) => {
    const reference = parseImageReference(from?.name ?? '');
    if (reference === undefined)
      throw new ExternalError(
        'InternalError',
        `Internal error occurred: "${from?.name ?? ''}" is not an image reference`,
      );
    const tagOrDigest = reference.digest ?? reference.tag ?? 'latest';
    if (reference.registry === hosts.internalHost || reference.registry === hosts.publicHost) {
      return findOwn(store, reference, { tagOrDigest, namespace });
    }
    const manifest = await selectManifest(external, reference, { tagOrDigest, importMode: importPolicy.importMode });
    return {
      image: await fetchImage(external, reference, manifest),
      reference: exactReference(reference, manifest.digest),
    };
  };
}

/** Spec tags whose generation neither an event nor a condition of the status has reached. */
function tagsToImport(stream: ImageStream): TagReference[] {
  return (stream.spec.tags ?? []).filter((tag) => {
    if (tag.from?.kind !== 'DockerImage' || tag.reference === true) return false;
    const seen = [
      latestEvent(stream, tag.name)?.generation ?? 0,
      ...(historyOf(stream, tag.name)?.conditions ?? []).map(({ generation }) => generation),
    ];
    return (tag.generation ?? 0) > Math.max(...seen);
  });
}

/** What was wanted may have changed meanwhile: then the result is dropped, and the newer import brings its own. */
async function importTag(
  store: ImageStore,
  find: ImageFinder,
  job: { namespace: string; name: string; tag: TagReference },
): Promise<void> {
  const { namespace, name, tag } = job;
  const outcome = await find(tag, namespace).catch((error: unknown) => error);
  const found = store.stream(namespace, name);
  if (found === undefined || specTag(found, tag.name)?.generation !== tag.generation) return;
  const { stream, generation } = raiseGeneration(found, tag);
  if (isFound(outcome)) {
    const { image, reference } = outcome;
    if (store.image(image.metadata.name) === undefined) store.putImage(image);
    store.putStream(
      addTagEvent(stream, tag.name, {
        created: now(),
        dockerImageReference: reference,
        image: image.metadata.name,
        generation,
      }),
    );
    return;
  }
  const reason = outcome instanceof ExternalError ? outcome.reason : 'InternalError';
  const message = outcome instanceof Error ? outcome.message : String(outcome);
  store.putStream(
    setCondition(stream, tag.name, {
      type: 'ImportSuccess',
      status: 'False',
      lastTransitionTime: now(),
      reason,
      message,
      generation,
    }),
  );
}

function isFound(outcome: unknown): outcome is FoundImage {
  return typeof outcome === 'object' && outcome !== null && 'image' in outcome && 'reference' in outcome;
}

/** Import mode Legacy takes the linux/amd64 image out of an index; PreserveOriginal takes the index. */
async function selectManifest(
  external: ExternalRegistry,
  repository: ExternalRepository,
  wanted: { tagOrDigest: string; importMode: string },
): Promise<Manifest> {
  const manifest = await external.manifest(repository, wanted.tagOrDigest);
  if (manifest.entries === undefined || wanted.importMode === 'PreserveOriginal') return manifest;
  const described = describeImage(manifest, { reference: '', managed: false }).dockerImageManifests ?? [];
  const entry = described.find(({ os, architecture }) => os === 'linux' && architecture === 'amd64') ?? described[0];
  if (entry === undefined)
    throw new ExternalError(
      'InternalError',
      `Internal error occurred: ${repository.repository}:${wanted.tagOrDigest} is an empty index`,
    );
  return external.manifest(repository, entry.digest);
}

async function fetchImage(
  external: ExternalRegistry,
  repository: ExternalRepository,
  manifest: Manifest,
): Promise<Image> {
  const reference = `${repository.registry}/${repository.repository}@${manifest.digest}`;
  const config = manifest.config === undefined ? undefined : await external.json(repository, manifest.config.digest);
  return describeImage(manifest, { reference, config, managed: false });
}

/** Without credentials a namespace sees its own images and those of namespace openshift. */
function findOwn(
  store: ImageStore,
  { repository }: ExternalRepository,
  wanted: { tagOrDigest: string; namespace: string },
): FoundImage {
  const [namespace = '', name = ''] = repository.split('/');
  if (namespace !== wanted.namespace && namespace !== 'openshift') {
    throw new ExternalError(
      'Unauthorized',
      `you may not have access to the container image "${repository}:${wanted.tagOrDigest}"`,
    );
  }
  const stream = store.stream(namespace, name);
  const event =
    stream === undefined
      ? undefined
      : (eventOfDigest(stream, wanted.tagOrDigest) ?? latestEvent(stream, wanted.tagOrDigest));
  const image = event === undefined ? undefined : store.image(event.image);
  if (event === undefined || image === undefined)
    throw new ExternalError(
      'NotFound',
      `dockerimage.image.openshift.io "${repository}:${wanted.tagOrDigest}" not found`,
    );
  return { image, reference: event.dockerImageReference };
}
