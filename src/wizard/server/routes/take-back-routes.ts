import { sha256Of } from '../../../adapters/files/digest.ts';
import { holdingKinds } from '../../../domain/apply/applied-object.ts';
import { stateOf } from '../../../domain/planning/state.ts';
import { keptChangesAnnotation } from '../../../domain/planning/migration-names.ts';
import { nameOfItem, takeBackText } from '../../../domain/planning/take-back.ts';
import { takeBackParams, type TakeBackChoice } from '../../../domain/planning/volume-params.ts';
import { volumeTaskMinutes } from '../../../domain/planning/volume-task.ts';
import { factsOfTask } from '../../../domain/planning/run-facts.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import type { MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import { readTakeBackList } from '../../../usecases/planning/read-take-back.ts';
import { startVolumeTask } from '../../../usecases/planning/start-volume-task.ts';
import type { StartedTaskAnswer, TakeBackAnswer, TakeBackTask } from '../../api/after.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import { summarizeTaskRun } from '../views/run-view.ts';
import { assertAllowed, assertLoginsLast, migrationIn, settingsOf } from './find-migration.ts';
import { objectOf, textOf, textsOf, wrongBody } from './read-body.ts';

/** @param namespace of the runs */
export function takeBackRoutes(namespace: string): readonly Route[] {
  return [
    {
      access: 'session',
      method: 'GET',
      path: '/migrations/:name/take-back',
      rate: 'reads',
      handle: async (request) => ({
        body: await viewTakeBack(await migrationIn(request, namespace), request.session.cluster),
      }),
    },
    {
      access: 'session',
      method: 'POST',
      path: '/migrations/:name/take-back',
      rate: 'writes',
      handle: async (request) => {
        const found = await migrationIn(request, namespace);
        const { dryRun } = objectOf(request.body);
        if (dryRun === true) return begin(request, found, { namespace, choice: listOnly, keptChanges: 0 });
        if (dryRun === false) return confirm(request, found, namespace);
        throw wrongBody('dryRun must be true or false');
      },
    },
  ];
}

const listOnly: TakeBackChoice = { dryRun: true, allowChanged: [], includeKinds: [] };

async function viewTakeBack(found: MigrationWithRuns, cluster: Cluster): Promise<TakeBackAnswer> {
  const [run = '', ...later] = stateOf(found).applied;
  const newest = found.taskRuns.find((task) => factsOfTask(task).kind === 'take-back');
  return { run, later, ...(newest === undefined ? {} : { task: await viewTask(newest, cluster) }) };
}

async function viewTask(taskRun: Resource, cluster: Cluster): Promise<TakeBackTask> {
  const { run, isDryRun, items, leftOut, isWhole, error } = await readTakeBackList(taskRun, cluster);
  const { name, phase, startedAt, endedAt, message } = summarizeTaskRun(taskRun);
  const canConfirm = isDryRun && isWhole && leftOut === 0;
  return {
    name,
    run,
    phase,
    isDryRun,
    startedAt,
    endedAt,
    leftOut,
    items: items.map((item) => ({ ...item, name: nameOfItem(item.id) ?? '' })),
    digest: canConfirm ? sha256Of(takeBackText(run, items)) : '',
    error: isWhole || endedAt === '' ? '' : error === '' ? message : error,
  };
}

/** @throws Refusal `request-refused` for another name or kind, `state-refused` for another list than that of the user */
async function confirm(request: SessionRequest, found: MigrationWithRuns, namespace: string): Promise<RouteAnswer> {
  const { body, session } = request;
  const { migration } = found;
  if (textOf(body, 'name') !== migration.name) throw wrongBody('name is not that of the migration');
  const digest = textOf(body, 'digest');
  const [allowChanged, includeKinds] = [textsOf(body, 'allowChanged'), textsOf(body, 'includeKinds')];
  const unknown = includeKinds.filter((kind) => !holdingKinds.includes(kind));
  if (unknown.length > 0) throw wrongBody(`includeKinds has ${unknown.join(', ')}`);
  const { run, task } = await viewTakeBack(found, session.cluster);
  if (task?.digest !== digest || task.run !== run) {
    throw new Refusal(409, 'state-refused', {
      message: `the list of what is deleted is not the last one of migration ${migration.name}`,
      remedy: 'Look at the list again, then confirm it.',
    });
  }
  const changed = task.items.flatMap(({ fate, name }) => (fate === 'changed-since' ? [name] : []));
  const other = allowChanged.filter((name) => !changed.includes(name));
  if (other.length > 0) throw wrongBody(`allowChanged has ${other.join(', ')}, which did not change`);
  const choice: TakeBackChoice = { dryRun: false, allowChanged, includeKinds };
  return begin(request, found, { namespace, choice, keptChanges: changed.length - allowChanged.length });
}

interface Begin {
  readonly namespace: string;
  readonly choice: TakeBackChoice;
  /** Changed objects that the user wants to keep. */
  readonly keptChanges: number;
}

async function begin(
  { session, idempotencyKey: key }: SessionRequest,
  found: MigrationWithRuns,
  { namespace, choice, keptChanges }: Begin,
): Promise<RouteAnswer> {
  assertAllowed(found, 'take-back');
  assertLoginsLast(found, volumeTaskMinutes);
  const { name, isNew } = await startVolumeTask(
    {
      found,
      action: 'take-back',
      namespace,
      key,
      user: session.user,
      settings: settingsOf(found.migration),
      run: stateOf(found).applied[0],
      params: (input) => takeBackParams(input, choice),
      annotations: keptChanges === 0 ? {} : { [keptChangesAnnotation]: String(keptChanges) },
    },
    { cluster: session.cluster, sha256: sha256Of },
  );
  const body: StartedTaskAnswer = { run: name, isNew };
  return { status: isNew ? 202 : 200, body, object: `run ${namespace}/${name}` };
}
