import type { Resource } from '../../domain/kube/resource.ts';
import { conversionOf, whyNotConverted } from '../../domain/transform/versions/conversion.ts';
import { patchedResource } from '../transform/patched-resource.ts';
import { kindKey, type ApiKinds } from '../cluster/resolve-kinds.ts';

/** The group versions to ask a cluster for: those of the objects, and those into which they can be converted. */
export function versionsToAsk(resources: Iterable<Resource>): ReadonlySet<string> {
  const versions = new Set<string>();
  for (const resource of resources) {
    versions.add(resource.apiVersion);
    const conversion = conversionOf(resource);
    if (conversion !== undefined) versions.add(conversion.to);
  }
  return versions;
}

/** An object to apply, with the version from which it was converted; undefined: it has its own. */
export interface Wanted {
  readonly resource: Resource;
  readonly convertedFrom: string | undefined;
}

/** An object in its own version. */
export function asWanted(resource: Resource): Wanted {
  return { resource, convertedFrom: undefined };
}

/** An object in a version that the cluster serves, where a conversion into one is defined; else the object itself. */
export function inServedVersion({ resource, convertedFrom }: Wanted, kinds: ApiKinds): Wanted {
  const { to, operations } = kinds.has(kindKey(resource)) ? {} : (conversionOf(resource) ?? {});
  if (to === undefined || operations === undefined || !kinds.has(kindKey({ apiVersion: to, kind: resource.kind })))
    return { resource, convertedFrom };
  return { resource: patchedResource(resource, operations), convertedFrom: resource.apiVersion };
}

/** Says that a cluster serves no such kind, and why the object cannot be converted. */
export function describeUnserved(resource: Resource): string {
  const why = whyNotConverted(resource);
  return `the cluster serves no ${resource.kind} of ${resource.apiVersion}${why === '' ? '' : `: ${why}`}`;
}
