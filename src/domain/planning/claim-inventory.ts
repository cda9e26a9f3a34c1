import { collectSets } from '../core/collect-sets.ts';
import { arrayAt, stringAt } from '../core/json-object.ts';
import { podSpecsOf } from '../kube/pod-specs.ts';
import { kindOf, type Resource } from '../kube/resource.ts';
import { parseClaim } from '../volumes/claim.ts';

/** A PersistentVolumeClaim of the source. */
export interface SourceClaim {
  readonly name: string;
  /** Empty: none. */
  readonly storageClass: string;
  /** A quantity such as `10Gi`: the capacity of its volume, else what it asks for. */
  readonly size: string;
  readonly accessModes: readonly string[];
  readonly isBlock: boolean;
  /** `Bound`, `Pending`, `Lost`, or empty. */
  readonly phase: string;
  /** Workloads that mount it, as `Kind name`. */
  readonly consumers: readonly string[];
}

/** The claims among the objects of a namespace. A malformed claim is left to the transfer, which reports it. */
export function readClaims(resources: readonly Resource[]): readonly SourceClaim[] {
  const consumers = findConsumers(resources);
  return resources
    .filter((resource) => kindOf(resource) === 'PersistentVolumeClaim')
    .filter((claim) => stringAt(claim, 'spec', 'resources', 'requests', 'storage') !== undefined)
    .map((resource) => {
      const { name, storageClass, size, accessModes, block, phase } = parseClaim(resource);
      return {
        name,
        storageClass,
        size: stringAt(resource, 'status', 'capacity', 'storage') ?? size,
        accessModes,
        isBlock: block,
        phase,
        consumers: [...(consumers.get(name) ?? [])].sort(),
      };
    });
}

/** Workloads by the claims that they mount. What a controller made counts as its owner. */
function findConsumers(resources: readonly Resource[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = resources.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
  const consumers = resources.filter((resource) => arrayAt(resource, 'metadata', 'ownerReferences').length === 0);
  return collectSets(
    consumers.flatMap((resource) => {
      const mounted = podSpecsOf(resource).flatMap(({ spec }) =>
        arrayAt(spec, 'volumes').flatMap((volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName') ?? []),
      );
      const consumer = `${resource.kind} ${resource.metadata.name}`;
      return [...mounted, ...claimsOfTemplates(resource, names)].map((claim) => [claim, consumer] as const);
    }),
  );
}

// A StatefulSet names its claims <template>-<name of the set>-<ordinal>.
function claimsOfTemplates(resource: Resource, names: readonly string[]): readonly string[] {
  const prefixes = arrayAt(resource, 'spec', 'volumeClaimTemplates').map(
    (template) => `${stringAt(template, 'metadata', 'name') ?? ''}-${resource.metadata.name}-`,
  );
  return names.filter((name) =>
    prefixes.some((prefix) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length))),
  );
}
