import { textsAt, type Resource } from '../kube/resource.ts';

/**
 * Label of the objects that a run makes beside an application and removes at its end. Its value is the id of the export.
 * What a killed run left is found by it.
 */
export const helperLabel = 'crane-tasks.dev/export-helper';

/** Metadata of such an object. @param part of its name, for objects of one kind */
export function helperMetadata(
  { id, namespace }: { readonly id: string; readonly namespace: string },
  part: string,
): Resource['metadata'] {
  return {
    name: `export-${id}-${part}`,
    namespace,
    labels: { 'app.kubernetes.io/part-of': 'crane-tasks', [helperLabel]: id },
  };
}

/** The id of the export that an object was made for; empty for another object. */
export function helperOwner(object: Resource): string {
  return textsAt(object, 'labels')[helperLabel] ?? '';
}
