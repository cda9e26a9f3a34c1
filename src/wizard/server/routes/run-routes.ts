import { runLabel, pipelineRuns, taskRuns } from '../../../domain/runs/pipeline-run.ts';
import { findObject } from '../../../usecases/cluster/find-object.ts';
import { collectObjects } from '../../../usecases/cluster/list-objects.ts';
import { mergePatch } from '../../../usecases/cluster/write-object.ts';
import type { RunAnswer, TaskSummary } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { notFound, Refusal } from '../problems/refusals.ts';
import type { Session } from '../sessions/session.ts';
import { viewRun, viewTaskRun } from '../views/run-view.ts';
import { countedStream, type StreamCount } from './counted-stream.ts';
import { nameOf } from './read-body.ts';

/** @param namespace of the runs */
export function runRoutes(namespace: string, open: StreamCount): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/runs/:run',
      access: 'session',
      rate: 'reads',
      handle: async ({ session, params }) => ({ body: await readRun(session, namespace, params['run']) }),
    },
    {
      method: 'POST',
      path: '/runs/:run/cancel',
      access: 'session',
      rate: 'writes',
      handle: (request) => cancel(request, namespace),
    },
    {
      method: 'GET',
      path: '/runs/:run/tasks/:task/log',
      access: 'session',
      rate: 'reads',
      handle: (request) => followLog(request, namespace, open),
    },
  ];
}

/** @throws Refusal `not-found` */
async function readRun({ cluster }: Session, namespace: string, given: string | undefined): Promise<RunAnswer> {
  const name = nameOf(given, 'run');
  const [run, tasks] = await Promise.all([
    findObject(cluster, { kind: pipelineRuns, namespace, name }),
    collectObjects({ cluster, kind: taskRuns, namespace, labelSelector: `${runLabel}=${name}` }),
  ]);
  if (run !== undefined) return viewRun(run, tasks);
  const alone = await findObject(cluster, { kind: taskRuns, namespace, name });
  if (alone === undefined) throw notFound(`run ${name}`);
  return viewTaskRun(alone);
}

/** The tasks of `finally` still run: they start the source again. */
async function cancel({ session, params }: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const { name, phase, tasks } = await readRun(session, namespace, params['run']);
  if (tasks.some(({ taskRun }) => taskRun === name)) {
    throw new Refusal(409, 'state-refused', {
      message: `${name} is a TaskRun of its own, which is not cancelled`,
      remedy: 'Wait for its end: a take-back that is cut short must be started again anyway.',
    });
  }
  if (phase !== 'pending' && phase !== 'running') {
    throw new Refusal(409, 'state-refused', {
      message: `run ${name} has ended`,
      remedy: 'There is nothing to cancel.',
    });
  }
  const ref = { kind: pipelineRuns, namespace, name };
  await mergePatch(session.cluster, ref, { body: { spec: { status: 'CancelledRunFinally' } } });
  return { object: `run ${namespace}/${name}` };
}

async function followLog(
  { session, params, query, signal }: SessionRequest,
  namespace: string,
  open: StreamCount,
): Promise<RouteAnswer> {
  const run = await readRun(session, namespace, params['run']);
  const task = run.tasks.find(({ name }) => name === params['task']);
  if (task === undefined) throw notFound(`task ${params['task'] ?? ''} of run ${run.name}`);
  const container = containerOf(task, query['step']);
  const logs = await session.own.openStream();
  const tail = Number(query['tail'] ?? '');
  const options = {
    follow: query['follow'] === 'true',
    timestamps: query['timestamps'] === 'true',
    ...(Number.isInteger(tail) && tail > 0 ? { tailLines: tail } : {}),
  };
  const pod = { namespace, name: task.pod };
  const lines = logs.followLog({ pod, container }, options, signal);
  const source = countedStream(
    closing(lines, () => logs.close()),
    session,
    open,
  );
  const download = query['download'] === 'true' ? { fileName: `${run.name}-${task.name}.log` } : {};
  return { stream: { contentType: 'text/plain; charset=utf-8', source, ...download } };
}

function containerOf({ name, pod, steps }: TaskSummary, step: string | undefined): string {
  const wanted = step === undefined ? (steps.find(({ hasEnded }) => !hasEnded) ?? steps.at(-1)) : undefined;
  const found = step === undefined ? wanted : steps.find((each) => each.name === step);
  if (pod !== '' && found !== undefined) return found.container;
  throw new Refusal(404, 'not-found', {
    message: `task ${name} has no log of this step`,
    remedy: 'A task has a log once its pod was started, and until its pod is deleted. Its report remains.',
  });
}

async function* closing(
  source: AsyncIterable<Uint8Array>,
  close: () => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source;
  } finally {
    await close();
  }
}
