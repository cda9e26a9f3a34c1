import type { PlanDestination, PlanProblem, PlanSource, SkippedImage } from '../../schemas/documents.ts';
import type { Redactor } from '../../core/secret.ts';
import type { Candidate } from './candidate.ts';
import type { BuildEvidence } from './build-evidence.ts';
import type { ImageStream } from '../image-stream.ts';
import type { ImageChoice } from './image-choice.ts';
import type { ExternalRegistry } from './external-registries.ts';
import type { PlacingRules } from './placing-rules.ts';
import type { WorkloadImages } from '../workload-images.ts';

/** Everything a plan of images is made from. */
export interface PlanRequest {
  readonly source: PlanSource;
  readonly destination: PlanDestination;
  /** All hosts of the source registry, from `internalAliases`. */
  readonly aliases: ReadonlySet<string>;
  /** Namespaces that were exported. */
  readonly namespaces: ReadonlySet<string>;
  readonly streams: readonly ImageStream[];
  readonly workloads: WorkloadImages;
  /** Digest of what runs, by `namespace/name:tag`. */
  readonly running: ReadonlyMap<string, string>;
  /** Digests of tags of which running Pods show several, by `namespace/name:tag`. */
  readonly split: ReadonlyMap<string, readonly string[]>;
  readonly evidence: BuildEvidence;
  /** Digests of manifests in the obsolete form. */
  readonly schema1: ReadonlySet<string>;
  /** Whether images that a BuildConfig writes are copied, or left to a build at the destination. */
  readonly builtImages: 'copy' | 'rebuild';
  /** Which images the user does not want. */
  readonly choice: ImageChoice;
  /** Registries without streams whose images are to be moved too. */
  readonly others: readonly ExternalRegistry[];
  readonly rules: PlacingRules;
  /** For the messages of servers that a plan repeats. */
  readonly redactor: Redactor;
}

/** What was decided for one image. */
export type Decision =
  | { readonly kind: 'copy'; readonly candidate: Candidate }
  | { readonly kind: 'skip'; readonly skipped: SkippedImage }
  | { readonly kind: 'problem'; readonly problem: PlanProblem };
