import { connectCluster, connectClusterStream, type ConnectOptions } from '../../../adapters/kube/connect.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { isObjectName } from '../../../domain/kube/resource.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { RunState } from '../../../domain/runs/pipeline-run.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { followRun, type FollowedRun } from '../../../usecases/runs/follow-run.ts';
import { createLineView } from '../../../domain/runs/line-view.ts';
import { namespaceOfContext } from '../../../adapters/kube/choose-context.ts';
import { clusterParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { optional, seconds } from '../../shared/param-kinds.ts';

export async function watchRun(
  params: ValuesOf<typeof watchParams>,
  kubeconfig: string | undefined,
  { log, environment, signal, print }: TaskContext,
): Promise<Outcome<'reason', 'runs'>> {
  const { context, 'kubeconfig-digest': kubeconfigDigest, 'pipeline-run': name } = params;
  assertRunName(name);
  const options = { kubeconfig, context, kubeconfigDigest, environment, log, signal };
  const namespace = params.namespace ?? (await namespaceOfContext(options));
  const run = { namespace: namespace === '' ? 'default' : namespace, name };
  const end = await followToEnd({ ...run, timeoutSeconds: params.timeout }, options, print);
  return outcomeOf(`${run.namespace}/${run.name}`, end);
}

/** Prints the states and logs of a run until it ends. @throws what followRun throws */
export async function followToEnd(
  run: FollowedRun,
  options: ConnectOptions,
  print: TaskContext['print'],
): Promise<RunState> {
  const cluster = await connectCluster(options);
  const stream = await connectClusterStream(options);
  const showLine = createLineView();
  try {
    return await followRun(run, {
      cluster,
      stream,
      now: () => performance.now(),
      random: Math.random,
      sleep: sleepUntil(options.signal, `following PipelineRun ${run.name}`),
      onState: ({ task, ...state }) => print(`${task}: ${describe(state)}`),
      onWaiting: (task, message) => print(`${task}: waiting: ${message}`),
      onLine: (task, line) => {
        const text = showLine(task, line, performance.now());
        if (text !== undefined) print(`  ${task} | ${text}`);
      },
    });
  } finally {
    await Promise.all([cluster.close(), stream.close()]);
  }
}

function assertRunName(name: string): void {
  if (isObjectName(name)) return;
  const message = `--pipeline-run: expected the name of a PipelineRun, got ${JSON.stringify(name)}`;
  throw new TaskError('invalid-param', message, { remedy: 'Run kubectl get pipelineruns for the names.' });
}

function outcomeOf(id: string, state: RunState): Outcome<'reason', 'runs'> {
  const { reason, hasSucceeded } = state;
  return {
    items: [
      hasSucceeded ? { id, outcome: 'done', reason: 'run-succeeded' } : { id, outcome: 'failed', reason: 'run-failed' },
    ],
    results: { reason },
    summary: `PipelineRun ${id}: ${describe(state)}`,
    remedy: 'See the log of the failed task above; docs/recovery.md has a chapter for each task.',
  };
}

function describe({ reason, message, hasEnded, hasSucceeded }: Omit<RunState, 'task'>): string {
  return hasEnded && !hasSucceeded && message !== '' ? `${reason}: ${message}` : reason;
}

export const watchParams = {
  'pipeline-run': { type: 'string', isWord: true, description: 'Name of the PipelineRun.' },
  namespace: optional('Namespace of the PipelineRun. Empty: that of the context.'),
  context: clusterParams.context,
  timeout: seconds({ fallback: 86_400, minimum: 1 }, 'Seconds to follow the run at most. The run itself continues.'),
  ...kubeconfigDigestParam,
} as const;
