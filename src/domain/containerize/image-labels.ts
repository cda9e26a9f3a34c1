import { without, type JsonObject } from '../core/json-object.ts';
import { formatImageName, type ImageLocation } from '../oci/image-location.ts';

/** What an image is called and where it is from. */
export interface ImageNames {
  /** Id of the export. */
  readonly exportId: string;
  readonly title: string;
  /** URL or text that says what the image was made of, such as a Git repository; undefined where it is not known. */
  readonly source: string | undefined;
  readonly revision: string | undefined;
}

/**
 * The label with the id of the export. The layers of two exports of the same files are the same; their configurations
 * differ by this label. A registry that deletes a manifest deletes it for all tags: with the label, no export has the
 * manifest of another one. The id has nothing of the cluster, the user or the time in it that the tag has not.
 */
const exportIdLabel = 'crane-tasks.dev/export-id';

const standard = 'org.opencontainers.image.';
/** What the base image says of itself alone. */
const ofTheBase = ['created', 'source', 'title', 'description', 'url', 'version', 'revision', 'ref.name'].map(
  (name) => `${standard}${name}`,
);

/** The standard annotations of an image (OCI image specification, annotations.md). */
export function imageAnnotations(
  names: ImageNames & { readonly base: ImageLocation; readonly baseDigest: string; readonly created: string },
): Readonly<Record<string, string>> {
  const { host, path, tag } = names.base;
  const values = {
    created: names.created,
    title: names.title,
    source: names.source,
    revision: names.revision,
    'base.name': formatImageName({ host, path, tag }),
    'base.digest': names.baseDigest,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[`${standard}${name}`, value]])),
  );
}

/** Labels of the base image are kept, but for those that would say something wrong of the new image. */
export function mergeLabels(
  labels: JsonObject,
  annotations: Readonly<Record<string, string>>,
  exportId: string,
): JsonObject {
  return { ...without(labels, (name) => ofTheBase.includes(name)), ...annotations, [exportIdLabel]: exportId };
}
