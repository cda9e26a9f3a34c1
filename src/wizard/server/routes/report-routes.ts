import { sha256Of } from '../../../adapters/files/digest.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { volumeRunLabel } from '../../../domain/planning/migration-names.ts';
import { volumeParams } from '../../../domain/planning/volume-params.ts';
import { reportsTask } from '../../../domain/planning/volume-task.ts';
import { pipelineRuns, runLabel, stateOfRun, taskRuns } from '../../../domain/runs/pipeline-run.ts';
import { findObject } from '../../../usecases/cluster/find-object.ts';
import { collectObjects } from '../../../usecases/cluster/list-objects.ts';
import {
  findMigration,
  migrationOf,
  newestFirst,
  type MigrationWithRuns,
} from '../../../usecases/planning/list-migrations.ts';
import { readReport } from '../../../usecases/planning/read-reports.ts';
import { startVolumeTask } from '../../../usecases/planning/start-volume-task.ts';
import type { ReportAnswer, StartedTaskAnswer } from '../../api/after.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { notFound, Refusal } from '../problems/refusals.ts';
import { viewReport } from '../views/report-view.ts';
import { settingsOf } from './find-migration.ts';
import { nameOf } from './read-body.ts';

/** @param namespace of the runs */
export function reportRoutes(namespace: string): readonly Route[] {
  return [
    {
      access: 'session',
      method: 'GET',
      path: '/runs/:run/reports/:task',
      rate: 'reads',
      handle: async (request) => ({ body: await read(request, namespace) }),
    },
    {
      access: 'session',
      method: 'POST',
      path: '/runs/:run/reports',
      rate: 'writes',
      handle: (request) => startReader(request, namespace),
    },
  ];
}

interface RunOnVolume {
  readonly run: Resource;
  /** Undefined: the run is none of a migration. */
  readonly found: MigrationWithRuns | undefined;
  /** Newest first. */
  readonly tasks: readonly Resource[];
  /** The PipelineRun whose volume has the reports. */
  readonly volumeOf: string;
}

/** @throws Refusal `not-found` */
async function runIn({ session, params }: SessionRequest, namespace: string): Promise<RunOnVolume> {
  const { cluster } = session;
  const name = nameOf(params['run'], 'run');
  const run =
    (await findObject(cluster, { kind: pipelineRuns, namespace, name })) ??
    (await findObject(cluster, { kind: taskRuns, namespace, name }));
  if (run === undefined) throw notFound(`run ${name}`);
  const volumeOf = labelOf(run, volumeRunLabel) ?? name;
  const migration = migrationOf(run);
  if (migration === '') {
    const own = await collectObjects({ cluster, kind: taskRuns, namespace, labelSelector: `${runLabel}=${name}` });
    return { run, found: undefined, tasks: newestFirst(own), volumeOf };
  }
  const found = await findMigration(cluster, namespace, nameOf(migration, 'migration'));
  if (found === undefined) throw notFound(`the migration of run ${name}`);
  return { run, found, tasks: found.taskRuns, volumeOf };
}

async function read(request: SessionRequest, namespace: string): Promise<ReportAnswer> {
  const { run, tasks, volumeOf } = await runIn(request, namespace);
  const task = request.params['task'] ?? '';
  const own = tasks.filter((each) => isOf(each, run.metadata.name));
  const taskRun = own.find((each) => nameOfTask(each) === task);
  if (taskRun === undefined) {
    // A task that was skipped, or has not begun.
    return { task, state: stateOfRun(run).hasEnded ? 'none' : 'not-ended' };
  }
  const since = stringAt(taskRun, 'status', 'completionTime') ?? '';
  const readers = tasks.filter((each) => {
    const isReader = stringAt(each, 'spec', 'taskRef', 'name') === reportsTask;
    const isLater = (stringAt(each, 'metadata', 'creationTimestamp') ?? '') >= since;
    return isReader && isLater && (isOf(each, volumeOf) || labelOf(each, volumeRunLabel) === volumeOf);
  });
  const answer = await readReport({ taskRun, readers }, { cluster: request.session.cluster, sha256: sha256Of });
  if (answer.state !== 'found') return { task, state: answer.state };
  return { task, state: 'found', report: viewReport(answer.report), parts: answer.parts.map(viewReport) };
}

/** Whether a TaskRun is one of a PipelineRun, or that of its own name. */
function isOf(taskRun: Resource, run: string): boolean {
  return labelOf(taskRun, runLabel) === run || taskRun.metadata.name === run;
}

function nameOfTask(taskRun: Resource): string {
  return labelOf(taskRun, 'tekton.dev/pipelineTask') ?? taskRun.metadata.name;
}

function labelOf(object: Resource, label: string): string | undefined {
  return stringAt(object, 'metadata', 'labels', label);
}

/** The volume may be one that a single node can mount: nothing else may use it. */
async function startReader(request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const { session, idempotencyKey: key } = request;
  const { run, found, volumeOf } = await runIn(request, namespace);
  if (found === undefined) {
    throw new Refusal(409, 'state-refused', {
      message: `run ${run.metadata.name} is none of a migration, and the log with its reports is gone`,
      remedy: 'Start it again, or read the reports from its volume by hand.',
    });
  }
  if (!stateOfRun(run).hasEnded) {
    throw new Refusal(409, 'state-refused', {
      message: `run ${run.metadata.name} has not ended`,
      remedy: 'Its reports can be read after its end; its tasks log what they do.',
    });
  }
  const { name, isNew } = await startVolumeTask(
    {
      found,
      action: 'reports',
      run: volumeOf,
      namespace,
      key,
      user: session.user,
      settings: settingsOf(found.migration),
      params: (input) => volumeParams('reports', input),
    },
    { cluster: session.cluster, sha256: sha256Of },
  );
  const body: StartedTaskAnswer = { run: name, isNew };
  return { status: isNew ? 202 : 200, body, object: `run ${namespace}/${name}` };
}
