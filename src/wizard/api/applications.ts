import type { ExportState } from '../../domain/exports/export-entry.ts';
import type { Problem } from '../../domain/planning/problem.ts';
import type { ApplicationAnswers } from '../../domain/schemas/documents.ts';
import type { RunSummary } from './migrations.ts';

/** Query of the lists below. `connection`: id of a connection of the session; absent: the cluster of the runs. */
export interface ApplicationPlace {
  readonly connection?: string;
  readonly namespace: string;
}

/** GET /applications/workloads. */
export interface WorkloadsAnswer {
  readonly workloads: readonly WorkloadView[];
}

export interface WorkloadView {
  readonly kind: string;
  readonly name: string;
  /** Where its profile comes from; `none` for one that declares nothing. */
  readonly profile: string;
  readonly isEligible: boolean;
  /** Why it must not become an image; empty when it may. */
  readonly reason: string;
}

/** GET /applications/exports?hide=failed,deleted. */
export interface ExportsAnswer {
  /** Newest first. */
  readonly exports: readonly ExportView[];
  /** ConfigMaps that have the label of an export and are none. */
  readonly invalid: readonly string[];
}

export interface ExportView {
  readonly id: string;
  readonly name: string;
  readonly workload: string;
  readonly state: ExportState;
  /** Why it failed, or could not be deleted. */
  readonly message: string;
  readonly image: string;
  /** Empty until it is pushed. */
  readonly digest: string;
  /** Compressed bytes; 0 until it is pushed. */
  readonly size: number;
  /** RFC 3339. */
  readonly created: string;
  readonly isWorkspaceIncluded: boolean;
  /** Absent: unknown. */
  readonly isPublic?: boolean;
  /** Empty unless the image is ready. */
  readonly runCommand: string;
  /** What to do before that command works. */
  readonly notes: readonly string[];
}

/** GET /applications/releases. */
export interface ReleasesAnswer {
  readonly releases: readonly { readonly name: string; readonly revision: number; readonly status: string }[];
}

/** GET /applications/registries: those of the Secrets of a namespace, `epinio` when it is absent. No login is among them. */
export interface RegistriesAnswer {
  readonly registries: readonly RegistryView[];
}

export interface RegistryView {
  /** Of the Secret. */
  readonly name: string;
  /** `host/path`; empty for a Secret that describes none. */
  readonly url: string;
  /** Name of the Secret with its authorities; empty: none. */
  readonly certificates: string;
  /** What is wrong with the Secret; empty: nothing. */
  readonly problem: string;
}

/** GET /applications/claims: of the namespace of the runs. */
export interface ClaimsAnswer {
  readonly claims: readonly { readonly name: string; readonly size: string; readonly phase: string }[];
}

/** GET /applications/runs. */
export interface ApplicationRunsAnswer {
  /** Newest first, at most 200. */
  readonly runs: readonly ApplicationRunView[];
}

export interface ApplicationRunView extends RunSummary {
  /** What it is about, such as `course deployment/lab`. */
  readonly subject: string;
  /** Whether it only lists what an image would have. */
  readonly isPlan: boolean;
}

/** POST /applications/plans. */
export interface ApplicationPlanRequest {
  readonly connection?: string;
  readonly answers: ApplicationAnswers;
}

/** POST /applications/plans. */
export interface ApplicationPlanAnswer {
  readonly problems: readonly Problem[];
  /** YAML documents of what is created. Empty when an answer is wrong. */
  readonly objects: string;
  /** Command line that does the same; empty when an answer is wrong. */
  readonly command: string;
}

/** POST /applications/runs: starts a run. */
export interface ApplicationRunRequest extends ApplicationPlanRequest {
  /** Only for an image: lists what it would have, and does nothing else. */
  readonly dryRun?: boolean;
  /** The run that listed it, for an image. */
  readonly plan?: string;
}
