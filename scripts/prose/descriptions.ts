import type { AnyTask } from '../../src/runtime/define-task.ts';
import type { Pipeline } from '../../src/pipelines/definition/define-pipeline.ts';
import { pipelineParams } from '../../src/pipelines/definition/params.ts';

/** A text of the data, and where it is: `task crane-export, param context`. */
export interface Description {
  readonly place: string;
  readonly text: string;
}

/** All that a task says about itself. */
export function describeTask(task: AnyTask): readonly Description[] {
  const of = `task ${task.name}`;
  return [
    { place: `${of}, summary`, text: `${task.summary}.` },
    { place: of, text: task.description },
    ...described(`${of}, param`, task.params),
    ...described(`${of}, workspace`, task.workspaces),
    ...Object.entries(task.results).map(([name, text]) => ({ place: `${of}, result ${name}`, text })),
  ];
}

/** All that a pipeline says about itself. Params of pipelines are shared: see `describePipelineParams`. */
export function describePipeline(pipeline: Pipeline): readonly Description[] {
  const of = `pipeline ${pipeline.name}`;
  return [
    { place: `${of}, display name`, text: `${pipeline.displayName}.` },
    { place: of, text: pipeline.description },
    ...described(`${of}, result`, pipeline.results),
  ];
}

export function describePipelineParams(): readonly Description[] {
  return described('pipelines, param', pipelineParams);
}

function described(
  of: string,
  entries: Readonly<Record<string, { readonly description: string }>>,
): readonly Description[] {
  return Object.entries(entries).map(([name, { description }]) => ({ place: `${of} ${name}`, text: description }));
}
