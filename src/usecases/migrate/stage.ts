/** Result of an earlier stage; empty when it has none of that name. */
export type ResultOf = (stage: string, result: string) => string;

/** One task of a move, as a Pipeline would run it in a pod of its own. */
export interface Stage {
  /** The name that the task has in the Pipeline. */
  readonly name: string;
  readonly task: string;
  /** Stages that must have succeeded before. */
  readonly after: readonly string[];
  /** Whether it changes something at the destination. */
  readonly writes: boolean;
  /** Params and folders of the task, as its command line takes them. */
  readonly flags: (resultOf: ResultOf) => Readonly<Record<string, string>>;
}

/** How a stage ended, as its process would have. */
export interface StageEnd {
  readonly exitCode: number;
  /** `succeeded`, `incomplete`, or the code of an error. */
  readonly status: string;
  /** The last line that it would print: what was done, or cause and remedy. */
  readonly message: string;
  readonly results: Readonly<Record<string, string>>;
}
