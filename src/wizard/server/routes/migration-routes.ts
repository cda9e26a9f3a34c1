import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { deleteObject } from '../../../usecases/cluster/write-object.ts';
import { createPlanned } from '../../../usecases/planning/create-planned.ts';
import { listMigrations } from '../../../usecases/planning/list-migrations.ts';
import type { CreateMigrationAnswer, MigrationsAnswer } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { summarizeMigration, viewMigration } from '../views/migration-view.ts';
import { summarizeGroups } from '../clusters/list-groups.ts';
import { afterRoutes } from './after-routes.ts';
import { creationPorts, planIn } from './creation-ports.ts';
import { completeInventory } from './inventory-routes.ts';
import { actionOf, answersIn, planWith } from './plan-routes.ts';
import { assertAllowed, migrationIn } from './find-migration.ts';
import { objectOf, optionalText, textOf } from './read-body.ts';
import { assertNoOpenGaps } from './validation.ts';

export function migrationRoutes(settings: ServerSettings): readonly Route[] {
  const { namespace } = settings;
  return [
    {
      access: 'session',
      method: 'GET',
      path: '/migrations',
      rate: 'reads',
      handle: async ({ session }) => {
        const [found, groups] = await Promise.all([
          listMigrations(session.cluster, namespace),
          summarizeGroups(session, namespace),
        ]);
        const body: MigrationsAnswer = { migrations: [...found.map(summarizeMigration), ...groups] };
        return { body };
      },
    },
    {
      access: 'session',
      method: 'POST',
      path: '/migrations',
      rate: 'writes',
      handle: (request) => create(request, settings),
    },
    {
      access: 'session',
      method: 'GET',
      path: '/migrations/:name',
      rate: 'reads',
      handle: async (request) => ({ body: viewMigration(await migrationIn(request, namespace)) }),
    },
    {
      access: 'session',
      method: 'DELETE',
      path: '/migrations/:name',
      rate: 'writes',
      handle: (request) => remove(request, namespace),
    },
    ...afterRoutes(settings),
  ];
}

async function create(request: SessionRequest, settings: ServerSettings): Promise<RouteAnswer> {
  const { session, body } = request;
  const { namespace } = settings;
  const action = actionOf(optionalText(objectOf(body), 'start'));
  const { outcome, source, destination } = completeInventory(session, textOf(body, 'inventory'));
  const given = answersIn(body);
  const planned = planWith(outcome.inventory, { given, namespace, action });
  const { objects } = planned;
  const plan = planIn(planned);
  await assertNoOpenGaps(request, settings);
  // Without a run, the objects of the first one are planned all the same.
  const wanted = action === undefined ? objects.filter(({ resource }) => resource['kind'] !== 'PipelineRun') : objects;
  const ports = creationPorts({ session, body }, { source, destination });
  const { created, expiries } = await createPlanned({ ...planned, plan, objects: wanted, namespace }, ports);
  const answer: CreateMigrationAnswer = {
    name: given.name,
    created: created.map(({ kind, name }) => ({ kind, name })),
    run: created.find(({ kind }) => kind === 'PipelineRun')?.name ?? '',
    tokensExpireAt: expiries,
  };
  return { status: 201, body: answer, object: `migration ${namespace}/${given.name}` };
}

async function remove(request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const found = await migrationIn(request, namespace);
  assertAllowed(found, 'delete');
  const { name, uid } = found.migration.configMap;
  const ref = { kind: knownKinds.configmaps, namespace, name };
  await deleteObject(request.session.cluster, ref, { propagationPolicy: 'Background', preconditions: { uid } });
  return { object: `migration ${namespace}/${found.migration.name}` };
}
