import type { SkippedImage } from '../schemas/documents.ts';
import type { SyncPlan } from '../images/plan/sync-plan.ts';
import { completeShortName, parseImageReference } from '../oci/image-location.ts';
import { readOrigin, type TagOrigin } from '../images/image-stream.ts';
import { valueAt } from '../core/json-object.ts';
import { type Resource, kindOf } from '../kube/resource.ts';

/** A tag that the destination imports, with the digest that it had at the source. */
export interface ImportedTag {
  readonly resource: Resource;
  readonly digest: string;
}

/**
 * Finds the planned ImageStreamTags whose digest the image plan knows although it copies nothing: the destination
 * imports them. A tag that the user pointed at another repository means what the user wants.
 */
export function importedTags(resources: readonly Resource[], plan: SyncPlan): readonly ImportedTag[] {
  const known = new Map(plan.skipped.map((each) => [each.image.slice(each.image.indexOf('/') + 1), each] as const));
  return resources
    .filter((resource) => kindOf(resource) === 'ImageStreamTag.image.openshift.io')
    .filter(({ metadata }) => metadata.namespace === plan.destination.namespace)
    .flatMap((resource) => {
      const skipped = known.get(resource.metadata.name);
      const origin = readOrigin(valueAt(resource, 'tag', 'from'), plan.destination.namespace);
      if (skipped?.digest === undefined || origin === undefined || !isSameImage(origin, skipped)) return [];
      return [{ resource, digest: skipped.digest }];
    });
}

/** A registry may have another host at the destination. An alias means what its tag means. */
function isSameImage(origin: TagOrigin, { reference }: SkippedImage): boolean {
  if (reference === undefined || origin.kind !== 'DockerImage') return reference !== undefined;
  return pathOf(origin.name) === pathOf(reference);
}

function pathOf(image: string): string {
  const reference = parseImageReference(image);
  return reference === undefined ? '' : completeShortName(reference).path;
}
