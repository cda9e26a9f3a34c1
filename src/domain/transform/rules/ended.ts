import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import type { TransformOptions } from '../transform-options.ts';

/** The annotation of crane's successor on Jobs that may run again. */
export const repeatable = 'crane.konveyor.io/job-idempotent';

type EndOf = (resource: Resource, options: TransformOptions) => string | undefined;

// Words with which each kind says in its status that it has ended.
const ends: ReadonlyMap<string, EndOf> = new Map<string, EndOf>([
  ['Pod', (pod) => endOfPhase(pod, ['Succeeded', 'Failed'])],
  ['Job.batch', endOfJob],
  ['CustomRun.tekton.dev', endOfRun],
  ['PipelineRun.tekton.dev', endOfRun],
  ['Run.tekton.dev', endOfRun],
  ['TaskRun.tekton.dev', endOfRun],
  ['Workflow.argoproj.io', (workflow) => endOfPhase(workflow, ['Succeeded', 'Failed', 'Error'])],
]);

/** Why an object must not be created at the destination: it is being deleted at the source, or it has ended there. */
export function whiteoutOfState(resource: Resource, options: TransformOptions): string | undefined {
  if (resource.metadata['deletionTimestamp'] !== undefined) return 'was being deleted at the source';
  const end = ends.get(kindOf(resource))?.(resource, options);
  return end === undefined ? undefined : `has ended at the source (${end}): it would run again`;
}

function endOfPhase(resource: Resource, phases: readonly string[]): string | undefined {
  const phase = stringAt(resource, 'status', 'phase') ?? '';
  if (!phases.includes(phase)) return undefined;
  const reason = stringAt(resource, 'status', 'reason');
  return reason === undefined ? phase : `${phase}, ${reason}`;
}

// With suspend-jobs it travels and does not run, as the user asked.
function endOfJob(job: Resource, { suspendJobs }: TransformOptions): string | undefined {
  if (suspendJobs || textsAt(job, 'annotations')[repeatable] === 'true') return undefined;
  const end = arrayAt(job, 'status', 'conditions').find(
    (condition) =>
      ['Complete', 'Failed'].some((type) => valueAt(condition, 'type') === type) &&
      valueAt(condition, 'status') === 'True',
  );
  return stringAt(end, 'type');
}

function endOfRun(run: Resource): string | undefined {
  const time = stringAt(run, 'status', 'completionTime');
  return time === undefined ? undefined : `completed ${time}`;
}
