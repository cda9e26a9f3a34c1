import type { Operation } from '../../kube/json-patch.ts';
import type { Resource } from '../../kube/resource.ts';

/** The changes that make an object one of the new version; undefined: no conversion is defined for it. */
type Convert = (resource: Resource) => readonly Operation[] | undefined;

/** A version that took the place of others. */
export interface Conversion {
  /** `Ingress.extensions/v1beta1`: kind, group and version. */
  readonly from: readonly string[];
  readonly to: string;
  /** Default: only the version changes. */
  readonly convert?: Convert;
  /** Some clusters still serve it: it is converted only for a destination that is known not to. */
  readonly isStillServed?: true;
}
