import type { Item } from '../reports/outcome.ts';
import type { Operation } from '../kube/json-patch.ts';
import type { Resource } from '../kube/resource.ts';

/**
 * What a plugin wants to become of one resource: to leave it out, saying why, or to change it. Notes say what the
 * changed resource cannot express or needs besides; they stand in the report. Problems make the run incomplete.
 */
export type Verdict =
  | { readonly kind: 'whiteout'; readonly reason: string }
  | {
      readonly kind: 'patches';
      readonly patches: readonly Operation[];
      readonly notes?: readonly string[];
      readonly problems?: readonly string[];
    };

/** A flag that a plugin understands, as crane's protocol describes it. */
export interface OptionalField {
  readonly flagName: string;
  readonly help: string;
  readonly example: string;
}

/**
 * A source of verdicts. Each plugin sees the resource as it was exported, never another plugin's result, and must
 * give the same verdict for the same resource. The built-in ones answer at once; others may be programs.
 */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly optionalFields?: readonly OptionalField[];
  /** Shown every resource of the export before the first run, by plugins whose verdicts depend on other resources. */
  readonly prepare?: (resource: Resource) => void;
  /** Asked after the last run, before anything is published: what there is to report besides the resources. */
  readonly conclude?: () => readonly Item<'transform'>[];
  readonly run: (resource: Resource) => Verdict | Promise<Verdict>;
}
