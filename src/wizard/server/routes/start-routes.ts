import { sha256Of } from '../../../adapters/files/digest.ts';
import { isRunAction, type RunAction } from '../../../domain/planning/run-action.ts';
import { stateOf } from '../../../domain/planning/state.ts';
import { volumeParams } from '../../../domain/planning/volume-params.ts';
import { volumeTaskMinutes } from '../../../domain/planning/volume-task.ts';
import { acceptMigration } from '../../../usecases/planning/accept-migration.ts';
import { isCreatedBy, keyDigest } from '../../../usecases/planning/create-once.ts';
import type { MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import { isStartedBy, startRun } from '../../../usecases/planning/start-run.ts';
import { newestRunOf, startVolumeTask } from '../../../usecases/planning/start-volume-task.ts';
import type { StartRunAnswer } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { assertAllowed, assertLoginsLast, migrationIn, settingsOf } from './find-migration.ts';
import { textOf, wrongBody } from './read-body.ts';

/** @param namespace of the runs */
export function startRoutes(namespace: string): readonly Route[] {
  return [
    {
      access: 'session',
      method: 'POST',
      path: '/migrations/:name/runs',
      rate: 'writes',
      handle: (request) => start(request, namespace),
    },
    {
      access: 'session',
      method: 'POST',
      path: '/migrations/:name/source/start',
      rate: 'writes',
      handle: async (request) => {
        const found = await migrationIn(request, namespace);
        return startTask(request, { found, action: 'restart-source', run: newestRunOf(['cutover'], found), namespace });
      },
    },
  ];
}

async function start(request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const action = textOf(request.body, 'action');
  const found = await migrationIn(request, namespace);
  if (isRunAction(action)) return startMove(request, { found, action, namespace });
  if (action === 'accept') return accept(request, found, namespace);
  if (action === 'verify') {
    const [run] = stateOf(found).applied;
    return startTask(request, { found, action, run, namespace });
  }
  if (action === 'validate') {
    return startTask(request, { found, action, run: newestRunOf(['cutover', 'app', 'images'], found), namespace });
  }
  throw wrongBody(`${JSON.stringify(action)} is not an action of a run`);
}

async function startMove(
  { session, idempotencyKey: key }: SessionRequest,
  {
    found,
    action,
    namespace,
  }: { readonly found: MigrationWithRuns; readonly action: RunAction; readonly namespace: string },
): Promise<RouteAnswer> {
  const { migration } = found;
  const settings = settingsOf(migration);
  const started = { migration, action, settings, namespace, key, user: session.user };
  // A request that is sent again must not be refused for the run that it has started itself.
  if (!found.runs.some((run) => isStartedBy(run, started, sha256Of))) {
    assertAllowed(found, action);
    assertLoginsLast(found, settings.timeoutMinutes);
  }
  const answer: StartRunAnswer = await startRun(started, { cluster: session.cluster, sha256: sha256Of });
  return { status: answer.isNew ? 201 : 200, body: answer, object: `run ${namespace}/${answer.run}` };
}

interface TaskStart {
  readonly found: MigrationWithRuns;
  readonly action: 'verify' | 'validate' | 'restart-source';
  readonly run: string | undefined;
  readonly namespace: string;
}

async function startTask({ session, idempotencyKey: key }: SessionRequest, task: TaskStart): Promise<RouteAnswer> {
  const { found, action, run = '', namespace } = task;
  const { migration } = found;
  const digest = keyDigest(key, [migration.configMap.uid, action, run], sha256Of);
  if (!found.taskRuns.some((each) => isCreatedBy(each, digest))) {
    assertAllowed(found, action);
    assertLoginsLast(found, volumeTaskMinutes);
  }
  const { name, isNew } = await startVolumeTask(
    {
      found,
      action,
      run,
      namespace,
      key,
      user: session.user,
      settings: settingsOf(migration),
      params: (input) => volumeParams(action, input),
    },
    { cluster: session.cluster, sha256: sha256Of },
  );
  const body: StartRunAnswer = { run: name, isNew };
  return { status: isNew ? 201 : 200, body, object: `run ${namespace}/${name}` };
}

async function accept({ session }: SessionRequest, found: MigrationWithRuns, namespace: string): Promise<RouteAnswer> {
  assertAllowed(found, 'accept');
  await acceptMigration(found.migration, { namespace, time: new Date().toISOString() }, session.cluster);
  const body: StartRunAnswer = { run: '', isNew: true };
  return { body, object: `migration ${namespace}/${found.migration.name}` };
}
