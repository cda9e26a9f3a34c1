import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { keyOf, type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { phase, runs, state, type Run } from './run-kinds.ts';
import type { TransformOptions } from '../transform-options.ts';

/** The annotation of crane's successor on Jobs that may run again. */
export const repeatable = 'crane.konveyor.io/job-idempotent';

const endWords: ReadonlySet<string> = new Set([
  'aborted',
  'complete',
  'completed',
  'error',
  'errored',
  'expired',
  'failed',
  'failedvalidation',
  'finished',
  'inconclusive',
  'invalid',
  'partiallyfailed',
  'processed',
  'succeeded',
  'successful',
  'terminated',
  'valid',
]);

const runOfKind: ReadonlyMap<string, Run> = new Map(
  runs.flatMap((run) => run.kinds.map((kind) => [kind, run] as const)),
);

/** How an object has ended at the source, when it is one run: it must not run a second time. */
export function endOf(resource: Resource, options: TransformOptions): string | undefined {
  if (kindOf(resource) === 'Job.batch') return endOfJob(resource, options);
  const run = runOfKind.get(kindOf(resource));
  return run === undefined ? undefined : endOfRun(resource, run);
}

function endOfRun(resource: Resource, { word, alsoEnds, conditions = [], time }: Run): string | undefined {
  const said = word === undefined ? undefined : stringAt(resource, ...word);
  if (said !== undefined && (said === alsoEnds || endWords.has(said.toLowerCase()))) {
    const reason = stringAt(resource, 'status', 'reason');
    return reason === undefined ? said : `${said}, ${reason}`;
  }
  const at = time === undefined ? undefined : stringAt(resource, ...time);
  return at === undefined ? trueCondition(resource, conditions) : `completed ${at}`;
}

// With suspend-jobs it travels and does not run, as the user asked.
function endOfJob(job: Resource, { suspendJobs }: TransformOptions): string | undefined {
  if (suspendJobs || textsAt(job, 'annotations')[repeatable] === 'true') return undefined;
  const time = stringAt(job, 'status', 'completionTime');
  const ended = trueCondition(job, ['Complete', 'Failed']) ?? (time === undefined ? undefined : `completed ${time}`);
  // No further Pod is made, and the last ones are being stopped: kubernetes/api batch/v1/types.go JobConditionType.
  return ended ?? trueCondition(job, ['SuccessCriteriaMet', 'FailureTarget']);
}

function trueCondition(resource: Resource, types: readonly string[]): string | undefined {
  const found = arrayAt(resource, 'status', 'conditions').find(
    (condition) => types.some((type) => valueAt(condition, 'type') === type) && valueAt(condition, 'status') === 'True',
  );
  return stringAt(found, 'type');
}

/** Words and conditions with which controllers of any kind say that work is done; a failure may be a passing one. */
const doneWord = /^(?:complete|completed|finished|succeed|succeeded|successful)$/i;
const doneConditions = ['Complete', 'Completed', 'Finished', 'Succeeded'];
const times = ['completionTime', 'completionTimestamp', 'finishedAt'];

/** Reports a custom resource whose status says that its work is done: only its controller knows whether it repeats it. */
export function noteEnded(resource: Resource): readonly string[] {
  const { group } = keyOf(resource);
  if (!group.includes('.') || group.endsWith('.k8s.io') || runOfKind.has(kindOf(resource))) return [];
  const word = [phase, state].map((path) => stringAt(resource, ...path) ?? '').find((each) => doneWord.test(each));
  const time = times.find((field) => stringAt(resource, 'status', field) !== undefined);
  const end = word ?? trueCondition(resource, doneConditions) ?? time;
  return end === undefined
    ? []
    : [`its status says that it has ended at the source (${end}): its controller may run it again`];
}
