import { applyPatch, PatchError, type Operation } from '../../domain/kube/json-patch.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';

/** A resource as it is at the destination; crane-apply reports patches that do not fit, which change nothing here. */
export function patchedResource(resource: Resource, patches: readonly Operation[]): Resource {
  try {
    const changed = applyPatch(resource, patches, 'crane');
    return isResource(changed) ? changed : resource;
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return resource;
  }
}
