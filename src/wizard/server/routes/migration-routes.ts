import { isObject, stringAt } from '../../../domain/core/json-object.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { deleteObject } from '../../../usecases/cluster/write-object.ts';
import type { MovePlan } from '../../../domain/planning/move-plan.ts';
import { createPlanned, type CreatePlannedPorts } from '../../../usecases/planning/create-planned.ts';
import type { PlannedMigration } from '../../../usecases/planning/plan-migration.ts';
import type { SideConnection } from '../sessions/side-connection.ts';
import { listMigrations } from '../../../usecases/planning/list-migrations.ts';
import type { CreateMigrationAnswer, MigrationsAnswer } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import { summarizeMigration, viewMigration } from '../views/migration-view.ts';
import { completeInventory } from './inventory-routes.ts';
import { actionOf, answersIn, planWith } from './plan-routes.ts';
import { assertAllowed, migrationIn } from './find-migration.ts';
import { objectOf, optionalText, textOf, wrongBody } from './read-body.ts';

/** @param namespace of the runs */
export function migrationRoutes(namespace: string): readonly Route[] {
  return [
    {
      access: 'session',
      method: 'GET',
      path: '/migrations',
      rate: 'reads',
      handle: async ({ session }) => {
        const migrations = (await listMigrations(session.cluster, namespace)).map(summarizeMigration);
        const body: MigrationsAnswer = { migrations };
        return { body };
      },
    },
    {
      access: 'session',
      method: 'POST',
      path: '/migrations',
      rate: 'writes',
      handle: (request) => create(request, namespace),
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
  ];
}

async function create({ session, body }: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const action = actionOf(optionalText(objectOf(body), 'start'));
  const { outcome, source, destination } = completeInventory(session, textOf(body, 'inventory'));
  const given = answersIn(body);
  const planned = planWith(outcome.inventory, { given, namespace, action });
  const { objects } = planned;
  const plan = planIn(planned);
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

/** The plan of answers without an error. @throws Refusal with the first error */
export function planIn({ plan, problems }: PlannedMigration): MovePlan {
  if (plan !== undefined) return plan;
  const [first] = problems.filter(({ severity }) => severity === 'error');
  throw new Refusal(422, 'request-refused', {
    message: `the answers have a problem at ${first?.path ?? ''}: ${first?.message ?? ''}`,
    remedy: first?.remedy ?? '',
  });
}

/** What the logins of the runs are made with. */
export function creationPorts(
  { session, body }: Pick<SessionRequest, 'session' | 'body'>,
  sides: Readonly<Record<'source' | 'destination', SideConnection>>,
): CreatePlannedPorts {
  const tokens = tokensIn(body);
  return {
    clusters: { source: sides.source.cluster, destination: sides.destination.cluster, runs: session.cluster },
    log: session.log,
    accessOf: (side) => Promise.resolve(sides[side].login),
    givenToken: (side) => session.log.redactor.secret(tokenFor(side, tokens)),
    now: Date.now,
  };
}

/** @throws Refusal without a token */
function tokenFor(side: 'source' | 'destination', tokens: ReturnType<typeof tokensIn>): string {
  const given = tokens[side]?.trim() ?? '';
  if (given !== '') return given;
  throw new Refusal(400, 'request-refused', {
    message: `no token for the runs at the ${side} is given`,
    remedy: 'Give it, or choose another kind of login in the answers.',
  });
}

function tokensIn(body: unknown): Partial<Readonly<Record<'source' | 'destination', string>>> {
  const { tokens = {} } = objectOf(body);
  if (!isObject(tokens)) throw wrongBody('tokens must be a JSON object');
  const given = (['source', 'destination'] as const).flatMap((side) => {
    const token = stringAt(tokens, side);
    return token === undefined ? [] : [[side, token] as const];
  });
  return Object.fromEntries(given);
}

async function remove(request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const found = await migrationIn(request, namespace);
  assertAllowed(found, 'delete');
  const { name, uid } = found.migration.configMap;
  const ref = { kind: knownKinds.configmaps, namespace, name };
  await deleteObject(request.session.cluster, ref, { propagationPolicy: 'Background', preconditions: { uid } });
  return { object: `migration ${namespace}/${found.migration.name}` };
}
