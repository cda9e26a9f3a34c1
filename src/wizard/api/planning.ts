import type { PlanEstimate, PlannedRun } from '../../domain/planning/move-plan.ts';
import type { RunAction } from '../../domain/planning/run-action.ts';
import type { InventoryKind } from '../../domain/planning/inventory.ts';
import type { InventoryObject } from '../../domain/planning/judge-objects.ts';
import type { RegistryHosts } from '../../domain/planning/lists.ts';
import type { SourceClaim } from '../../domain/planning/claim-inventory.ts';
import type { Problem } from '../../domain/planning/problem.ts';
import type { Question } from '../../domain/planning/questions.ts';
import type { MoveAnswers } from '../../domain/schemas/documents.ts';
import type { ProblemDetails } from './problem.ts';

/** POST /inventories. Ids are those of connections of the session. */
export interface InventoryRequest {
  readonly source: { readonly connection: string; readonly namespace: string; readonly labelSelector?: string };
  readonly destination: { readonly connection: string; readonly namespace: string };
}

/** POST /inventories (202) and GET /inventories/{id}. */
export interface InventoryAnswer {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  /** Kinds that are listed, of how many; both 0 until that is known. */
  readonly progress: { readonly done: number; readonly total: number };
  /** When the listing began, RFC 3339. */
  readonly startedAt: string;
  /** When the server forgets it, RFC 3339. */
  readonly expiresAt: string;
  /** Only of `done`. */
  readonly inventory?: InventoryView;
  /** Only of `failed`. */
  readonly problem?: ProblemDetails;
}

/** What a page shows of an inventory. The whole remains in the server: plans name it by its id. */
export interface InventoryView {
  /** `sha256:<hex>`, as in plan.json. */
  readonly digest: string;
  readonly source: {
    readonly server: string;
    readonly namespace: string;
    readonly version: string;
    readonly clusterUid: string;
    readonly registry: RegistryHosts;
    readonly kinds: readonly InventoryKind[];
    readonly objects: readonly InventoryObject[];
    readonly claims: readonly SourceClaim[];
    readonly imageStreams: number;
  };
  readonly destination: {
    readonly server: string;
    readonly namespace: string;
    readonly exists: boolean;
    readonly version: string;
    readonly clusterUid: string;
    readonly registry: RegistryHosts;
    readonly objectCount: number;
    readonly storageClasses: readonly StorageClassView[];
    readonly claims: Readonly<Record<string, string>>;
  };
}

export interface StorageClassView {
  readonly name: string;
  readonly isDefault: boolean;
}

/** POST /plans. */
export interface PlanRequest {
  /** Id of an inventory of the session. */
  readonly inventory: string;
  readonly answers: MoveAnswers;
  /** The run among the objects. Absent: the first that the answers ask for. */
  readonly action?: RunAction;
  /** Name of the migration that gets these answers: its own name is not taken. Absent: a new one. */
  readonly migration?: string;
}

/** POST /plans. */
export interface PlanAnswer {
  readonly problems: readonly Problem[];
  readonly questions: readonly Question[];
  /** Undefined when an answer is wrong. */
  readonly run?: PlannedRun;
  /** In the order in which they are meant. */
  readonly runs: readonly PlannedRun[];
  readonly estimate?: PlanEstimate;
  readonly images: readonly ImageRow[];
  /** YAML documents, byte for byte what `crane-tasks plan` prints. Empty when an answer is wrong. */
  readonly objects: string;
  /** All answers as YAML, byte for byte what `crane-tasks plan --show=answers` prints. */
  readonly answers: string;
  /** Command lines that do the same. */
  readonly commands: readonly string[];
}

export interface ImageRow {
  /** What `images.exclude` calls it, such as `shop/web:1`. */
  readonly source: string;
  /** Reference at the destination, or what the source calls it when it has none. */
  readonly name: string;
  readonly outcome: 'copy' | 'skip' | 'problem';
  /** Class of the image, such as `built-in-cluster`; empty: unknown. */
  readonly imageClass: string;
  readonly digest: string;
  /** Bytes, compressed; absent: the cluster noted none. */
  readonly size?: number;
  readonly reason: string;
  readonly message: string;
}

/** An object of an inventory. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** POST /previews: what becomes of objects, at most 200. */
export interface PreviewRequest {
  readonly inventory: string;
  readonly answers: MoveAnswers;
  readonly objects: readonly ObjectName[];
}

/** POST /previews. */
export interface PreviewAnswer {
  readonly previews: readonly PreviewRow[];
}

export interface PreviewRow extends ObjectName {
  /** `claim`: the copy of its volume makes it. `failed`: its patches cannot be applied. */
  readonly state: 'changed' | 'unchanged' | 'left-out' | 'claim' | 'failed';
  /** Why it is left out or failed, or what it needs besides; empty: nothing to say. */
  readonly message: string;
  /** YAML. A Secret has no values. */
  readonly before: string;
  /** YAML of what is applied; empty when nothing is. */
  readonly after: string;
}

/** POST /validations. */
export interface ValidationRequest {
  readonly inventory: string;
  readonly answers: MoveAnswers;
}

/** POST /validations. */
export interface ValidationAnswer {
  readonly items: readonly CheckItem[];
  readonly gaps: number;
  readonly unknown: number;
}

export interface CheckItem {
  readonly id: string;
  /** `failed`: a gap; `skipped`: an open question. */
  readonly outcome: 'done' | 'skipped' | 'failed';
  readonly reason: string;
  readonly message: string;
}
