import { sha256Of } from '../../../adapters/files/digest.ts';
import { actionReasons } from '../../../domain/planning/allowed-actions.ts';
import { groupActions, groupActionsOf, type ForerunnerGroup } from '../../../domain/planning/forerunner-group.ts';
import { pipelines } from '../../../domain/runs/pipeline-run.ts';
import { deleteObject } from '../../../usecases/cluster/write-object.ts';
import {
  findGroup,
  hasClusterTasks,
  startGroupRun,
  wasGroupStarted,
} from '../../../usecases/planning/forerunner-groups.ts';
import type { StartRunAnswer } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import { viewGroup } from '../views/group-view.ts';
import { nameOf, textOf, wrongBody } from './read-body.ts';

type OnGroup = (group: ForerunnerGroup, request: SessionRequest, namespace: string) => Promise<RouteAnswer>;

const onGroup: ReadonlyMap<string, OnGroup> = new Map<string, OnGroup>([
  ['GET /migrations/:name', show],
  ['DELETE /migrations/:name', remove],
  ['POST /migrations/:name/runs', start],
]);

/**
 * The routes of migrations, which know the groups of the forerunner as well: a name that no migration has can be that of
 * a group.
 * @param namespace of the runs
 */
export function withGroups(routes: readonly Route[], namespace: string): readonly Route[] {
  return routes.map((route) => {
    const act = onGroup.get(`${route.method} ${route.path}`);
    if (route.access !== 'session' || act === undefined) return route;
    const handle = async (request: SessionRequest): Promise<RouteAnswer> => {
      try {
        return await route.handle(request);
      } catch (error) {
        if (!(error instanceof Refusal && error.code === 'not-found')) throw error;
        const name = nameOf(request.params['name'], 'migration');
        const group = await findGroup(request.session.cluster, namespace, name);
        if (group === undefined) throw error;
        return act(group, request, namespace);
      }
    };
    return { ...route, handle };
  });
}

async function show(group: ForerunnerGroup, { session }: SessionRequest): Promise<RouteAnswer> {
  return { body: viewGroup(group, await hasClusterTasks(session.cluster)) };
}

async function remove(group: ForerunnerGroup, { session }: SessionRequest, namespace: string): Promise<RouteAnswer> {
  assertAllowed(group, 'delete', true);
  const { name, uid } = group.root;
  const ref = { kind: pipelines, namespace, name };
  await deleteObject(session.cluster, ref, { propagationPolicy: 'Background', preconditions: { uid } });
  return { object: `group ${namespace}/${group.name}` };
}

async function start(group: ForerunnerGroup, request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const { session, body, idempotencyKey: key } = request;
  const named = textOf(body, 'action');
  const action = groupActions.find((each) => each === named);
  if (action === undefined) throw wrongBody(`a group has no action ${JSON.stringify(named)}`);
  const wanted = { group, action, namespace, key, user: session.user };
  if (!wasGroupStarted(wanted, sha256Of)) assertAllowed(group, action, await hasClusterTasks(session.cluster));
  const answer: StartRunAnswer = await startGroupRun(wanted, { cluster: session.cluster, sha256: sha256Of });
  return { status: answer.isNew ? 201 : 200, body: answer, object: `run ${namespace}/${answer.run}` };
}

/** @throws Refusal `state-refused` with the reason */
function assertAllowed(group: ForerunnerGroup, action: string, canRun: boolean): void {
  const found = groupActionsOf(group, canRun).find((each) => each.action === action);
  if (found?.allowed === true) return;
  throw new Refusal(409, 'state-refused', {
    message: `group ${group.name} does not allow ${action} now`,
    remedy: actionReasons[found?.reason ?? 'not-planned'],
  });
}
