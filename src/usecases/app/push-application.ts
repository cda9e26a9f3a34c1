import type { Sha1 } from '../../domain/app/epinio.ts';
import { pipelineRunOf, pushLabels, type PushPlace, type PushedApp } from '../../domain/app/push-run.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import { pipelineRuns, stateOfRun, type RunState } from '../../domain/runs/pipeline-run.ts';
import { findObject } from '../cluster/find-object.ts';
import { withLease, type LeasePorts } from '../cluster/hold-lease.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { createObject, mergePatch } from '../cluster/write-object.ts';

export type PushResult = 'blob-id' | 'commit' | 'pipeline-run' | 'urls' | 'revision';

type UploadedResult = 'blob-id' | 'commit';

export interface PushRequest extends PushedApp {
  /** Namespace of the run. */
  readonly runNamespace: string;
  readonly place: PushPlace;
  /** The params of the run for the id of the uploaded source. */
  readonly paramsOf: (blobId: string) => Readonly<Record<string, string>>;
  /** Milliseconds to wait for another push of the application. */
  readonly patience: number;
}

export interface PushPorts extends LeasePorts {
  readonly sha1: Sha1;
  /** Names this push in its Lease: other pushes print it. */
  readonly owner: string;
  /** Uploads the source. */
  readonly upload: () => Promise<Outcome<UploadedResult, 'source'>>;
  /** Follows a run of the namespace until it ends. */
  readonly follow: (run: string) => Promise<RunState>;
}

/** A run that was asked to stop ends its pods within their grace period. */
const stopMilliseconds = 120_000;
const pollEvery = 1000;
/** Tekton's reason for a run that took longer than its timeout. */
const timedOut = 'PipelineRunTimeout';

/**
 * Uploads the source of an application and starts a run that builds and deploys it. One push of an application runs at a
 * time. A push that was killed may have left a run: it is cancelled, so that it does not deploy an older source later.
 * @throws TaskError `timeout` naming the push that holds the Lease, `interrupted`, ClusterStatusError
 */
export function pushApplication(
  request: PushRequest,
  ports: PushPorts,
): Promise<Outcome<PushResult, 'source' | 'runs'>> {
  const { namespace, runNamespace, patience } = request;
  const labels = pushLabels(request, ports.sha1);
  const name = `crane-tasks-push-${namespace}-${labels['crane-tasks.dev/app'] ?? ''}`;
  return withLease({ namespace: runNamespace, name, owner: ports.owner, patience }, ports, async (lost) => {
    const uploaded = await ports.upload();
    // The runs that are there now can be those of the push that took over.
    assertHeld(lost, request);
    await cancelRuns(request, labels, ports);
    assertHeld(lost, request);
    const run = await createRun(request, uploaded.results['blob-id'], ports);
    ports.log.info(`started PipelineRun ${runNamespace}/${run}`);
    const state = await ports.follow(run);
    const results = await readResults(request, run, ports);
    return outcomeOf(request, { uploaded, run, state, results });
  });
}

function assertHeld(lost: AbortSignal, { app, namespace }: PushRequest): void {
  if (!lost.aborted) return;
  throw new TaskError('interrupted', `pushing ${namespace}/${app}: another push took over`, {
    remedy: 'Wait for the other push, then run again.',
  });
}

async function cancelRuns(
  { runNamespace }: PushRequest,
  labels: Readonly<Record<string, string>>,
  ports: PushPorts,
): Promise<void> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { cluster, log } = ports;
  const found = await collectObjects({ cluster, kind: pipelineRuns, namespace: runNamespace, labelSelector });
  const live = found.filter((run) => !stateOfRun(run).hasEnded);
  for (const { metadata } of live) {
    log.warn(`cancelling PipelineRun ${runNamespace}/${metadata.name}, which an earlier push left`);
    const ref = { kind: pipelineRuns, namespace: runNamespace, name: metadata.name };
    await mergePatch(cluster, ref, { body: { spec: { status: 'Cancelled' } } }).catch(async (error: unknown) => {
      // Tekton refuses to change a run that has ended.
      const run = await findObject(cluster, ref);
      if (run !== undefined && !stateOfRun(run).hasEnded) throw error;
    });
  }
  for (const run of live) await awaitEnd(run, runNamespace, ports);
}

async function awaitEnd({ metadata: { name } }: Resource, namespace: string, ports: PushPorts): Promise<void> {
  const until = ports.now() + stopMilliseconds;
  for (;;) {
    const run = await findObject(ports.cluster, { kind: pipelineRuns, namespace, name });
    if (run === undefined || stateOfRun(run).hasEnded) return;
    if (ports.now() >= until)
      throw new TaskError('timeout', `cancelling PipelineRun ${namespace}/${name}: it does not end`, {
        remedy: `Look at the run and delete it: kubectl delete pipelinerun ${name} --namespace=${namespace}.`,
      });
    await ports.sleep(pollEvery);
  }
}

async function createRun(
  { app, namespace, runNamespace, place, paramsOf }: PushRequest,
  blobId: string,
  { cluster, sha1 }: PushPorts,
): Promise<string> {
  const body = pipelineRunOf({ app, namespace, place, params: paramsOf(blobId) }, sha1);
  const created = await createObject(cluster, { kind: pipelineRuns, namespace: runNamespace, body });
  if (isResource(created)) return created.metadata.name;
  throw new TaskError('unexpected-object', `creating a PipelineRun in ${runNamespace}: the answer has no name`, {
    remedy: 'Check the admission webhooks of the cluster, then run again.',
  });
}

async function readResults({ runNamespace }: PushRequest, name: string, { cluster }: PushPorts) {
  const run = await findObject(cluster, { kind: pipelineRuns, namespace: runNamespace, name });
  const entries = arrayAt(run, 'status', 'results').map((each): [string, string] => {
    return [stringAt(each, 'name') ?? '', stringAt(each, 'value') ?? ''];
  });
  return new Map(entries);
}

interface Ending {
  readonly uploaded: Outcome<UploadedResult, 'source'>;
  readonly run: string;
  readonly state: RunState;
  readonly results: ReadonlyMap<string, string>;
}

function outcomeOf(
  { app, namespace, runNamespace }: PushRequest,
  { uploaded, run, state, results }: Ending,
): Outcome<PushResult, 'source' | 'runs'> {
  const id = `${runNamespace}/${run}`;
  const end: Item<'runs'> = state.hasSucceeded
    ? { id, outcome: 'done', reason: 'run-succeeded' }
    : { id, outcome: 'failed', reason: 'run-failed' };
  const urls = results.get('urls') ?? '';
  const where = urls === '' ? 'without a route' : urls.replaceAll(',', ', ');
  return {
    items: [...uploaded.items, end],
    results: {
      'blob-id': uploaded.results['blob-id'],
      commit: uploaded.results.commit,
      'pipeline-run': run,
      urls,
      revision: results.get('revision') ?? '',
    },
    summary: state.hasSucceeded
      ? `application ${namespace}/${app} is deployed, ${where}`
      : `application ${namespace}/${app}: PipelineRun ${id} ended: ${state.reason}: ${state.message}`,
    remedy:
      state.reason === timedOut
        ? 'See in the log above where the run hung, and push again. If it needs more time, raise run-timeout.'
        : 'See the log of the failed task above, fix the cause and push again.',
  };
}
