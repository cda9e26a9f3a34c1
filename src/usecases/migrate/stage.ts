import type { TaskTexts } from '../../domain/reports/task-run.ts';

/** Result of an earlier stage; empty when it has none of that name. */
export type ResultOf = (stage: string, result: string) => string;

export interface Stage {
  readonly name: string;
  readonly task: string;
  /** Stages that must have succeeded before. */
  readonly after: readonly string[];
  /** Whether it changes something at the destination. */
  readonly writes: boolean;
  readonly input: (resultOf: ResultOf) => TaskTexts;
}
