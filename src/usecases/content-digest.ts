import { canonicalJson } from '../domain/resources/canonical-json.ts';
import { contentOf } from '../domain/resources/content.ts';
import type { Sha256 } from '../domain/resources/export-layout.ts';
import type { Resource } from '../domain/resources/resource.ts';

/** `sha256:<hex>` of what a resource says: equal for two versions of an object that differ only in what servers write. */
export function contentDigest(resource: Resource, sha256: Sha256): string {
  return sha256(canonicalJson(contentOf(resource)));
}
