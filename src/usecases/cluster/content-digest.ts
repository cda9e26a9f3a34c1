import { canonicalJson } from '../../domain/kube/exact-integers.ts';
import { contentOf } from '../../domain/transform/traces/content.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import { isObject } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';

/** `sha256:<hex>` of what a resource says: equal for two versions of an object that differ only in what servers write. */
export function contentDigest(resource: Resource, sha256: Sha256): string {
  return sha256(canonicalJson(contentOf(resource)));
}

/**
 * The same for reports, which anyone may read: of a Secret only the keys count, since a digest would let a reader try
 * short passwords against it. A caller that must know that a Secret did not change compares its resourceVersion too.
 */
export function reportedDigest(resource: Resource, sha256: Sha256): string {
  const data = resource['data'];
  if (resource.kind !== 'Secret' || !isObject(data)) return contentDigest(resource, sha256);
  const keys = Object.fromEntries(Object.keys(data).map((key) => [key, '']));
  return contentDigest({ ...resource, data: keys }, sha256);
}
