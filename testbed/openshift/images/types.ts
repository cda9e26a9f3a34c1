import type { JsonObject } from '../json.ts';

/** Object metadata as the store keeps it. Times are RFC 3339 in whole seconds. */
interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly managedFields?: readonly ManagedFields[];
}

/** Who applied an object, and when. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: object;
}

/** Where a tag comes from: `DockerImage`, `ImageStreamTag` or `ImageStreamImage`. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A tag as the user wants it. `annotations: null` is how the server shows that there are none. */
export interface TagReference {
  readonly name: string;
  readonly annotations: Record<string, string> | null;
  readonly from?: ObjectReference;
  readonly reference?: boolean;
  readonly generation: number | null;
  readonly importPolicy: { readonly importMode: string; readonly insecure?: boolean; readonly scheduled?: boolean };
  readonly referencePolicy: { readonly type: 'Source' | 'Local' };
}

/** An image that a tag pointed at since `created`. `image` is a digest, empty for a reference that was never looked up. */
export interface TagEvent {
  readonly created: string;
  readonly dockerImageReference: string;
  readonly image: string;
  readonly generation: number;
}

/** Why a tag has no newer image. */
export interface TagCondition {
  readonly type: 'ImportSuccess';
  readonly status: 'False';
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
  readonly generation: number;
}

/** History of one tag, newest first. `items` is null when nothing ever arrived. */
export interface TagHistory {
  readonly tag: string;
  readonly items: readonly TagEvent[] | null;
  readonly conditions?: readonly TagCondition[];
}

/** image.openshift.io/v1 ImageStream. */
export interface ImageStream {
  readonly kind: 'ImageStream';
  readonly apiVersion: 'image.openshift.io/v1';
  readonly metadata: ObjectMeta & { readonly namespace: string };
  readonly spec: {
    readonly lookupPolicy: { readonly local: boolean };
    readonly dockerImageRepository?: string;
    readonly tags?: readonly TagReference[];
  };
  readonly status: {
    readonly dockerImageRepository: string;
    readonly publicDockerImageRepository?: string;
    readonly tags?: readonly TagHistory[];
  };
}

/** image.openshift.io/v1 Image, named by its digest. */
export interface Image {
  readonly kind: 'Image';
  readonly apiVersion: 'image.openshift.io/v1';
  readonly metadata: ObjectMeta;
  /** Where its content is, by digest. */
  readonly dockerImageReference: string;
  readonly dockerImageMetadata: JsonObject;
  readonly dockerImageMetadataVersion: string;
  readonly dockerImageManifestMediaType: string;
  readonly dockerImageLayers: readonly { readonly name: string; readonly size: number; readonly mediaType: string }[];
  /** Only of an index: its entries. */
  readonly dockerImageManifests?: readonly ImageManifest[];
}

/** An entry of an index as an Image shows it. */
export interface ImageManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly manifestSize: number;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
}

/** The group and version of everything here. */
export const apiVersion = 'image.openshift.io/v1';

/** The present time as Kubernetes writes it. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
