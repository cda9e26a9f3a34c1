/** Result of an earlier stage; empty when it has none of that name. */
export type ResultOf = (stage: string, result: string) => string;

/** Params and paths of workspaces of a task, by their names. */
export interface StageInput {
  readonly params: Readonly<Record<string, string>>;
  readonly workspaces: Readonly<Record<string, string>>;
}

/** One task of a pipeline that runs in one process. */
export interface Stage {
  readonly name: string;
  readonly task: string;
  /** Stages that must have succeeded before. */
  readonly after: readonly string[];
  /** Whether it changes something at the destination. */
  readonly writes: boolean;
  readonly input: (resultOf: ResultOf) => StageInput;
}

/** How a stage ended, as its process would have. */
export interface StageEnd {
  readonly exitCode: number;
  /** `succeeded`, `incomplete`, or the code of an error. */
  readonly status: string;
  /** What was done, or what failed. */
  readonly message: string;
  /** How to fix it; empty after a success. */
  readonly remedy: string;
  readonly results: Readonly<Record<string, string>>;
}
