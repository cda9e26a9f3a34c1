/** Objects of a migration as an API server has them. */
type Condition = readonly [status: 'True' | 'False' | 'Unknown', reason: string, message?: string];

const minute = (minutes: number) => new Date(Date.UTC(2026, 0, 31, 10, minutes)).toISOString();

interface RunOptions {
  readonly at?: number;
  readonly condition?: Condition;
  readonly request?: string;
  /** Tasks that had a TaskRun. */
  readonly children?: readonly string[];
}

function statusOf(condition: Condition | undefined, at: number) {
  if (condition === undefined) return {};
  const [status, reason, message = ''] = condition;
  const conditions = [{ type: 'Succeeded', status, reason, message }];
  return status === 'Unknown' ? { conditions } : { conditions, completionTime: minute(at + 5) };
}

/** A PipelineRun of a migration. @param name `<action>` or `<action>-<more>` */
export function aMove(name: string, { at = 0, condition, request, children = [] }: RunOptions = {}): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name,
      creationTimestamp: minute(at),
      labels: { 'crane-tasks.dev/action': name.split('-')[0] },
    },
    spec: request === undefined ? {} : { status: request },
    status: { ...statusOf(condition, at), childReferences: children.map((pipelineTaskName) => ({ pipelineTaskName })) },
  };
}

interface TaskOptions {
  readonly at?: number;
  readonly condition?: Condition;
  /** Exit code of its step; undefined: it runs. */
  readonly exitCode?: number;
  readonly hasNoPod?: boolean;
}

/** A TaskRun of a PipelineRun. */
export function aTaskOf(run: string, task: string, options: TaskOptions = {}): object {
  const { at = 1, condition = ['True', 'Succeeded'], exitCode = 0, hasNoPod = false } = options;
  const steps = [{ name: task, terminated: { exitCode } }];
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: {
      name: `${run}-${task}`,
      creationTimestamp: minute(at),
      labels: { 'tekton.dev/pipelineRun': run, 'tekton.dev/pipelineTask': task },
    },
    spec: {},
    status: { ...statusOf(condition, at), ...(hasNoPod ? {} : { podName: `${task}-pod`, steps }) },
  };
}

/** A TaskRun of its own, for example of crane-rollback. */
export function aTask(
  task: string,
  { at = 10, condition = ['True', 'Succeeded'] }: TaskOptions,
  dryRun?: string,
): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: `${task}-${String(at)}`, creationTimestamp: minute(at) },
    spec: { taskRef: { name: task }, params: dryRun === undefined ? [] : [{ name: 'dry-run', value: dryRun }] },
    status: { ...statusOf(condition, at), steps: [{ terminated: { exitCode: 0 } }] },
  };
}
