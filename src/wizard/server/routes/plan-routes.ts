import { sha256Of } from '../../../adapters/files/digest.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { arrayAt } from '../../../domain/core/json-object.ts';
import type { Inventory } from '../../../domain/planning/inventory.ts';
import { readAnswers } from '../../../domain/planning/answers.ts';
import { isRunAction, type RunAction } from '../../../domain/planning/run-action.ts';
import type { MoveAnswers } from '../../../domain/schemas/documents.ts';
import {
  planFromInventory,
  type PlannedMigration,
  type PlanRequest,
} from '../../../usecases/planning/plan-migration.ts';
import type { ObjectName } from '../../api/planning.ts';
import type { Route } from '../http/route.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { viewPlan } from '../views/plan-view.ts';
import { viewPreviews } from '../views/preview-view.ts';
import { completeInventory } from './inventory-routes.ts';
import { objectOf, optionalText, textOf, wrongBody } from './read-body.ts';
import { validate } from './validation.ts';

export function planRoutes(settings: ServerSettings): readonly Route[] {
  const { namespace } = settings;
  return [
    {
      method: 'POST',
      path: '/plans',
      access: 'session',
      rate: 'reads',
      handle: ({ session, body }) => {
        const action = actionOf(optionalText(objectOf(body), 'action'));
        const { outcome } = completeInventory(session, textOf(body, 'inventory'));
        const inventory = withoutMigration(outcome.inventory, optionalText(objectOf(body), 'migration'));
        const planned = planWith(inventory, { given: answersIn(body), namespace, action });
        return Promise.resolve({ body: viewPlan(planned, { inventory, namespace, action }) });
      },
    },
    {
      method: 'POST',
      path: '/validations',
      access: 'session',
      rate: 'connections',
      handle: async (request) => ({ body: await validate(request, settings) }),
    },
    {
      method: 'POST',
      path: '/previews',
      access: 'session',
      rate: 'reads',
      handle: async ({ session, body }) => {
        const { outcome } = completeInventory(session, textOf(body, 'inventory'));
        const wanted = objectsIn(body);
        return { body: { previews: await viewPreviews(outcome, answersIn(body), { wanted, log: session.log }) } };
      },
    },
  ];
}

/** Plans with the same functions as the command `plan`: the bytes are the same. */
export function planWith(inventory: Inventory, request: PlanRequest): PlannedMigration {
  return planFromInventory(inventory, request, { sha256: sha256Of, yaml: yamlCodec });
}

/** An inventory for new answers of a migration: its own name is not taken. @param name undefined: for a new one */
export function withoutMigration(inventory: Inventory, name: string | undefined): Inventory {
  const migrations = inventory.runs.migrations.filter((each) => each !== name);
  return { ...inventory, runs: { ...inventory.runs, migrations } };
}

/** The answers in a body. @throws TaskError `invalid-file` with the place and the rule of each mistake */
export function answersIn(body: unknown): MoveAnswers {
  return readAnswers([objectOf(body)['answers']], 'the answers');
}

/** @throws Refusal for any other text */
export function actionOf(text: string | undefined): RunAction | undefined {
  if (text === undefined || isRunAction(text)) return text;
  throw wrongBody(`${JSON.stringify(text)} is not an action of a run`);
}

const mostPreviews = 200;

/** @throws Refusal for more than can be shown at once */
function objectsIn(body: unknown): readonly ObjectName[] {
  const objects = arrayAt(body, 'objects');
  if (objects.length > mostPreviews) throw wrongBody(`more than ${String(mostPreviews)} objects are asked for`);
  return objects.map((each) => ({
    apiVersion: textOf(each, 'apiVersion'),
    kind: textOf(each, 'kind'),
    name: textOf(each, 'name'),
  }));
}
