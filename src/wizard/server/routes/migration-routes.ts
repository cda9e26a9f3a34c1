import { sha256Of } from '../../../adapters/files/digest.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { isObject, stringAt } from '../../../domain/core/json-object.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { actionReasons } from '../../../domain/planning/allowed-actions.ts';
import { readAnswers } from '../../../domain/planning/answers.ts';
import { storedRunSettings } from '../../../domain/planning/stored-migration.ts';
import { deleteObject } from '../../../usecases/cluster/write-object.ts';
import { createPlanned } from '../../../usecases/planning/create-planned.ts';
import { findMigration, listMigrations, type MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import { isStartedBy, startRun } from '../../../usecases/planning/start-run.ts';
import type { CreateMigrationAnswer, MigrationsAnswer, StartRunAnswer } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { notFound, Refusal } from '../problems/refusals.ts';
import { summarizeMigration, viewMigration } from '../views/migration-view.ts';
import { summarizeGroups } from '../clusters/list-groups.ts';
import { completeInventory } from './inventory-routes.ts';
import { actionOf, answersIn, planWith } from './plan-routes.ts';
import { nameOf, objectOf, optionalText, textOf, wrongBody } from './read-body.ts';

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
        const body: MigrationsAnswer = { migrations: [...migrations, ...(await summarizeGroups(session, namespace))] };
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
    {
      access: 'session',
      method: 'POST',
      path: '/migrations/:name/runs',
      rate: 'writes',
      handle: (request) => start(request, namespace),
    },
  ];
}

async function create({ session, body }: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const action = actionOf(optionalText(objectOf(body), 'start'));
  const { outcome, source, destination } = completeInventory(session, textOf(body, 'inventory'));
  const given = answersIn(body);
  const planned = planWith(outcome.inventory, { given, namespace, action });
  const { plan, objects, problems } = planned;
  if (plan === undefined) {
    const [first] = problems.filter(({ severity }) => severity === 'error');
    throw new Refusal(422, 'request-refused', {
      message: `the answers have a problem at ${first?.path ?? ''}: ${first?.message ?? ''}`,
      remedy: first?.remedy ?? '',
    });
  }
  // Without a run, the objects of the first one are planned all the same.
  const wanted = action === undefined ? objects.filter(({ resource }) => resource['kind'] !== 'PipelineRun') : objects;
  const sides = { source, destination };
  const tokens = tokensIn(body);
  const { created, expiries } = await createPlanned(
    { ...planned, plan, objects: wanted, namespace },
    {
      clusters: { source: source.cluster, destination: destination.cluster, runs: session.cluster },
      log: session.log,
      accessOf: (side) => Promise.resolve(sides[side].login),
      givenToken: (side) => session.log.redactor.secret(tokenFor(side, tokens)),
    },
  );
  const answer: CreateMigrationAnswer = {
    name: given.name,
    created: created.map(({ kind, name }) => ({ kind, name })),
    run: created.find(({ kind }) => kind === 'PipelineRun')?.name ?? '',
    tokensExpireAt: expiries,
  };
  return { status: 201, body: answer, object: `migration ${namespace}/${given.name}` };
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

async function start(request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const { session, body, idempotencyKey: key } = request;
  const action = actionOf(textOf(body, 'action'));
  if (action === undefined) throw wrongBody('action is missing');
  const found = await migrationIn(request, namespace);
  const { migration } = found;
  const source = `the answers of migration ${migration.name}`;
  const settings = storedRunSettings(readAnswers(yamlCodec.parse(migration.answersText, source), source));
  const started = { migration, action, settings, namespace, key, user: session.user };
  // A request that is sent again must not be refused for the run that it has started itself.
  if (!found.runs.some((run) => isStartedBy(run, started, sha256Of))) assertAllowed(found, action);
  const answer: StartRunAnswer = await startRun(started, { cluster: session.cluster, sha256: sha256Of });
  return { status: answer.isNew ? 201 : 200, body: answer, object: `run ${namespace}/${answer.run}` };
}

async function migrationIn({ session, params }: SessionRequest, namespace: string): Promise<MigrationWithRuns> {
  const name = nameOf(params['name'], 'migration');
  const found = await findMigration(session.cluster, namespace, name);
  if (found === undefined) throw notFound(`migration ${name}`);
  return found;
}

/** @throws Refusal `state-refused` with the reason */
function assertAllowed(found: MigrationWithRuns, action: string): void {
  const state = summarizeMigration(found).actions.find((each) => each.action === action);
  if (state?.isAllowed === true) return;
  throw new Refusal(409, 'state-refused', {
    message: `migration ${found.migration.name} does not allow ${action} now`,
    remedy: actionReasons[state?.reason ?? 'not-planned'],
  });
}
