import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import { parseJson } from '../../../domain/core/parse-json.ts';
import { renamedClaims } from '../../../domain/planning/changed-claims.ts';
import { migrationLabel } from '../../../domain/planning/migration-names.ts';
import type { MovePlan } from '../../../domain/planning/move-plan.ts';
import { stateOf } from '../../../domain/planning/state.ts';
import { collectObjects } from '../../../usecases/cluster/list-objects.ts';
import { changeMigration } from '../../../usecases/planning/change-migration.ts';
import type { MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import { withoutSecretValues } from '../../../usecases/planning/without-secret-values.ts';
import type { CreateMigrationAnswer } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { assertAllowed, migrationIn } from './find-migration.ts';
import { creationPorts, planIn } from './creation-ports.ts';
import { completeInventory } from './inventory-routes.ts';
import { answersIn, planWith, withoutMigration } from './plan-routes.ts';
import { textOf, wrongBody } from './read-body.ts';
import { assertNoOpenGaps } from './validation.ts';

export function changeRoutes(settings: ServerSettings): readonly Route[] {
  return [
    {
      access: 'session',
      method: 'PUT',
      path: '/migrations/:name',
      rate: 'writes',
      handle: (request) => change(request, settings),
    },
  ];
}

async function change(request: SessionRequest, settings: ServerSettings): Promise<RouteAnswer> {
  const { namespace } = settings;
  const { session, body } = request;
  const found = await migrationIn(request, namespace);
  const { migration, configMap } = found;
  assertAllowed(found, 'change');
  const { outcome, source, destination } = completeInventory(session, textOf(body, 'inventory'));
  const given = answersIn(body);
  if (given.name !== migration.name) throw wrongBody('answers.name is not that of the migration');
  const inventory = withoutMigration(outcome.inventory, migration.name);
  const planned = planWith(inventory, { given, namespace, action: undefined });
  const plan = planIn(planned);
  refuseRenamed(found, plan);
  await assertNoOpenGaps(request, settings);
  const labelSelector = `${migrationLabel}=${migration.name}`;
  const secrets = await collectObjects({
    cluster: withoutSecretValues(session.cluster),
    kind: knownKinds.secrets,
    namespace,
    labelSelector,
  });
  const { created, expiries } = await changeMigration(
    {
      migration,
      plan,
      namespace,
      namespaceExists: planned.namespaceExists,
      resourceVersion: stringAt(configMap, 'metadata', 'resourceVersion') ?? '',
      objects: planned.objects.filter(({ resource }) => resource['kind'] !== 'PipelineRun'),
      secrets: new Set(secrets.map(({ metadata }) => metadata.name)),
    },
    creationPorts(request, { source, destination }),
  );
  const answer: CreateMigrationAnswer = {
    name: migration.name,
    created: created.map(({ kind, name }) => ({ kind, name })),
    run: '',
    tokensExpireAt: expiries,
  };
  return { body: answer, object: `migration ${namespace}/${migration.name}` };
}

/** A claim that was copied would be left at the destination under its former name, without its workloads. */
function refuseRenamed(found: MigrationWithRuns, { claims }: MovePlan): void {
  if (stateOf(found).run === undefined) return;
  const [first] = renamedClaims(parseJson(found.migration.planText), claims);
  if (first === undefined) return;
  throw new Refusal(422, 'request-refused', {
    message: `claim ${first.name} was copied as ${first.staged}, and the answers name it ${first.wanted}`,
    remedy: `Keep the name ${first.staged}, or delete the migration and create it again.`,
  });
}
