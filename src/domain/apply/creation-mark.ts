import { arrayAt, isObject, stringAt, type JsonObject, changeObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/** Name under which these programs apply objects: `fieldManager` of their requests, `manager` in `metadata.managedFields`. */
export const fieldManager = 'crane-tasks';

/**
 * Annotation of objects that these programs created in an API that keeps no field managers, such as that of
 * ImageStreamTags.
 */
const markAnnotation = 'crane-tasks.dev/created-by';

/**
 * The object with the annotation that marks it. An ImageStreamTag carries it on the tag too: OpenShift takes the
 * annotations of a new tag from there (pkg/image/apiserver/registry/imagestreamtag of openshift-apiserver).
 */
export function withCreationMark(resource: Resource): Resource {
  const metadata = { ...resource.metadata, annotations: marked(resource.metadata['annotations']) };
  const { tag } = resource;
  if (!isObject(tag)) return { ...resource, metadata };
  return {
    ...resource,
    metadata,
    tag: changeObject(tag, (found) => ({ ...found, annotations: marked(found['annotations']) })),
  };
}

/**
 * Whether an object as the server has it was applied by these programs: an entry of `metadata.managedFields` with their
 * manager and operation Apply, which only the server writes. The annotation counts where the server keeps no entries.
 */
export function carriesMark(found: Resource): boolean {
  if (arrayAt(found, 'metadata', 'managedFields').length > 0) return ownEntry(found) !== undefined;
  return [['metadata'], ['tag']].some(
    (path) => stringAt(found, ...path, 'annotations', markAnnotation) === fieldManager,
  );
}

/** Whether the last write of these programs to an object was its creation, by the times that the server noted. */
export function isAsCreated(found: unknown): boolean {
  const created = stringAt(found, 'metadata', 'creationTimestamp');
  return created !== undefined && stringAt(ownEntry(found), 'time') === created;
}

function marked(annotations: unknown): JsonObject {
  return { ...(isObject(annotations) ? annotations : {}), [markAnnotation]: fieldManager };
}

/** A subresource such as `status` says nothing of the object itself. */
function ownEntry(found: unknown): unknown {
  return arrayAt(found, 'metadata', 'managedFields').find(
    (entry) =>
      stringAt(entry, 'manager') === fieldManager &&
      stringAt(entry, 'operation') === 'Apply' &&
      (stringAt(entry, 'subresource') ?? '') === '',
  );
}
