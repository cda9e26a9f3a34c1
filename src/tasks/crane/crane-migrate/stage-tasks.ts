import { openFolder } from '../../../adapters/files/local-folder.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { runInside } from '../../../runtime/run-inside.ts';
import type { TaskEnd, TaskTexts } from '../../../domain/reports/report.ts';

/** Runs the task of a stage in this process. */
export async function runStageTask(
  name: string,
  input: TaskTexts,
  stage: { readonly name: string; readonly context: TaskContext },
): Promise<TaskEnd> {
  const load = stage.context.findTask(name);
  if (load === undefined) throw new Error(`no task of a stage is named ${name}`);
  return runInside(await load(), input, { ...stage, openFolder });
}
