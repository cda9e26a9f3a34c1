import { ownValue } from '../../domain/core/json-object.ts';
import type { TaskEnd, TaskTexts } from '../../domain/reports/report.ts';

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

/** A stage with how it ended; undefined for one that never began, since one before it failed. */
export interface StageRun {
  readonly stage: Stage;
  readonly end: TaskEnd | undefined;
  readonly seconds: number;
}

export interface StagePorts {
  /** Runs one task to its end; does not throw for what the task itself reports. */
  readonly run: (stage: Stage, input: TaskTexts) => Promise<TaskEnd>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Runs stages as soon as those before them succeeded, in parallel. After a failure none starts; active ones finish. */
export async function runStages(stages: readonly Stage[], { run, now }: StagePorts): Promise<readonly StageRun[]> {
  const ended = new Map<string, StageRun>();
  const active = new Map<string, Promise<void>>();
  const resultOf: ResultOf = (name, result) => ownValue(ended.get(name)?.end?.results ?? {}, result) ?? '';
  const succeeded = (name: string): boolean => ended.get(name)?.end?.exitCode === 0;
  let failed = false;
  for (;;) {
    const next = stages.filter(
      ({ name, after }) => !failed && !ended.has(name) && !active.has(name) && after.every(succeeded),
    );
    for (const stage of next) {
      const startedAt = now();
      const work = run(stage, stage.input(resultOf)).then((end) => {
        ended.set(stage.name, { stage, end, seconds: (now() - startedAt) / 1000 });
        failed ||= end.exitCode !== 0;
      });
      const ending = work.finally(() => active.delete(stage.name));
      active.set(stage.name, ending);
    }
    if (active.size === 0) break;
    await Promise.race(active.values());
  }
  return stages.map((stage) => ended.get(stage.name) ?? { stage, end: undefined, seconds: 0 });
}
