import { arrayAt, stringAt, without } from '../core/json-object.ts';
import { objectAt } from '../core/object-at.ts';
import type { Sha256 } from '../core/ports.ts';
import { dockerManifestType } from '../oci/image-archive/docker-manifest.ts';
import type { Descriptor } from '../oci/manifest.ts';
import type { Manifest } from '../oci/registry.ts';
import { imageAnnotations, mergeLabels, type ImageNames } from './image-labels.ts';
import { imageTexts, type ImageText } from './image-texts.ts';
import type { ContainerizePlan } from './plan.ts';
import { startConfig } from './start-config.ts';

/** The image that the container runs. */
export interface BaseImage {
  /** Of one platform. */
  readonly manifest: Manifest;
  readonly configBytes: Uint8Array;
}

/** A layer on top of those of the base image. */
export interface LayerOnTop extends Descriptor {
  readonly diffId: string;
  /** Such as `library, part 3`: the history says it. */
  readonly title: string;
}

export interface ImageOptions {
  readonly names: ImageNames;
  /** RFC 3339; undefined: when the base image was created, so that the same input gives the same image. */
  readonly created: string | undefined;
  /** Paths of all files of the layers. */
  readonly paths: readonly string[];
  readonly sha256: Sha256;
}

/** Configuration and manifest, ready to be pushed. */
export interface ImageDocuments {
  readonly config: Descriptor & { readonly bytes: Uint8Array };
  readonly manifest: Manifest;
  /** Volumes of the base image that are not declared any more: a runtime would hide files of the image there. */
  readonly removedVolumes: readonly string[];
  /** Everything that the documents say, piece by piece, to look for secrets in it. */
  readonly texts: readonly ImageText[];
}

const mediaTypes = {
  oci: {
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

/** What Docker wrote of the container that the base image came from: a second copy of its variables and commands. */
const ofOldBuilds = new Set(['container', 'container_config', 'docker_version', 'id', 'parent']);
const program = 'crane-tasks app-containerize';
const epoch = '1970-01-01T00:00:00Z';

/**
 * Makes the configuration and the manifest of the image: those of the base image with the layers on top. What the plan
 * does not decide is as in the base image: platform, health check, signals, unknown fields.
 * @throws SyntaxError for a base image whose documents are not JSON
 */
export function buildImage(
  base: BaseImage,
  plan: ContainerizePlan,
  { layers, ...options }: ImageOptions & { readonly layers: readonly LayerOnTop[] },
): ImageDocuments {
  const found: unknown = JSON.parse(new TextDecoder().decode(base.configBytes));
  const created = options.created ?? stringAt(found, 'created') ?? epoch;
  const annotations = imageAnnotations({
    ...options.names,
    base: plan.base,
    baseDigest: base.manifest.digest,
    created,
  });
  const { config: start, removedVolumes } = startConfig(objectAt(found, 'config'), plan, options.paths);
  const labels = mergeLabels(objectAt(start, 'Labels'), annotations, options.names.exportId);
  const history = layers.map(({ title }) => ({ created, created_by: program, comment: title }));
  const config = {
    ...without(objectAt(found), (key) => ofOldBuilds.has(key)),
    created,
    config: { ...start, Labels: labels },
    rootfs: { type: 'layers', diff_ids: [...arrayAt(found, 'rootfs', 'diff_ids'), ...layers.map((one) => one.diffId)] },
    history: [...arrayAt(found, 'history'), ...history],
  };
  const configText = JSON.stringify(config);
  const configBlob = describe(configText, options.sha256);
  const manifest = buildManifest(base.manifest, { config: configBlob, layers, annotations });
  const bytes = new TextEncoder().encode(manifest);
  return {
    config: configBlob,
    manifest: { bytes, digest: options.sha256(manifest), mediaType: base.manifest.mediaType },
    removedVolumes,
    texts: imageTexts({ config, base: found, annotations: objectAt(JSON.parse(manifest), 'annotations') }),
  };
}

/** The layers of the base image are described as the base image does it. Docker's form has no annotations. */
function buildManifest(
  base: Manifest,
  {
    config,
    layers,
    annotations,
  }: {
    readonly config: Descriptor;
    readonly layers: readonly Descriptor[];
    readonly annotations: Readonly<Record<string, string>>;
  },
): string {
  const found: unknown = JSON.parse(new TextDecoder().decode(base.bytes));
  const isDocker = base.mediaType === dockerManifestType;
  const types = isDocker ? mediaTypes.docker : mediaTypes.oci;
  const configType = stringAt(found, 'config', 'mediaType') ?? types.config;
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: base.mediaType,
    config: { mediaType: configType, digest: config.digest, size: config.size },
    layers: [
      ...arrayAt(found, 'layers'),
      ...layers.map(({ digest, size }) => ({ mediaType: types.layer, digest, size })),
    ],
    ...(isDocker ? {} : { annotations }),
  });
}

function describe(text: string, sha256: Sha256): ImageDocuments['config'] {
  const bytes = new TextEncoder().encode(text);
  return { digest: sha256(text), size: bytes.length, bytes };
}
