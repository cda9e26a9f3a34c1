import { sha256Of } from '../../../adapters/files/digest.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import type { Inventory } from '../../../domain/planning/inventory.ts';
import { readAnswers } from '../../../domain/planning/answers.ts';
import { isRunAction, type RunAction } from '../../../domain/planning/run-action.ts';
import type { MoveAnswers } from '../../../domain/schemas/documents.ts';
import type { Step } from '../../../domain/validate/rights.ts';
import {
  planFromInventory,
  type PlannedMigration,
  type PlanRequest,
} from '../../../usecases/planning/plan-migration.ts';
import { parseClaimSettings } from '../../../domain/volumes/claim-settings.ts';
import { noWishes, type ClaimWishes } from '../../../domain/volumes/claim-wishes.ts';
import { validateMove } from '../../../usecases/validate/validate-move.ts';
import type { ValidationAnswer } from '../../api/planning.ts';
import type { Route, SessionRequest } from '../http/route.ts';
import { viewPlan } from '../views/plan-view.ts';
import { completeInventory } from './inventory-routes.ts';
import { objectOf, optionalText, textOf, wrongBody } from './read-body.ts';

/** @param namespace of the runs */
export function planRoutes(namespace: string): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/plans',
      access: 'session',
      rate: 'reads',
      handle: ({ session, body }) => {
        const action = actionOf(optionalText(objectOf(body), 'action'));
        const { outcome } = completeInventory(session, textOf(body, 'inventory'));
        const planned = planWith(outcome.inventory, { given: answersIn(body), namespace, action });
        return Promise.resolve({ body: viewPlan(planned, namespace, action) });
      },
    },
    {
      method: 'POST',
      path: '/validations',
      access: 'session',
      rate: 'connections',
      handle: async (request) => ({ body: await validate(request) }),
    },
  ];
}

/** Plans with the same functions as the command `plan`: the bytes are the same. */
export function planWith(inventory: Inventory, request: PlanRequest): PlannedMigration {
  return planFromInventory(inventory, request, { sha256: sha256Of, formatYaml: (value) => yamlCodec.format(value) });
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

/** What the params of a run with claims would ask of them. */
function claimWishesOf(inventory: Inventory, given: MoveAnswers): ClaimWishes {
  const { runs = [] } = planWith(inventory, { given, namespace: '', action: undefined }).plan ?? {};
  const [params] = runs.flatMap((run) => (run.action === 'stage' ? [run.params] : []));
  if (params === undefined) return noWishes;
  const settings = parseClaimSettings(params['claim-settings']);
  return { ...noWishes, claims: params['claims'] ?? noWishes.claims, settings };
}

/** What crane-validate does before an export: the objects are those of the inventory. */
async function validate({ session, body }: SessionRequest): Promise<ValidationAnswer> {
  const { outcome, source, destination } = completeInventory(session, textOf(body, 'inventory'));
  const answers = answersIn(body);
  const { surface } = outcome.inventory.destination;
  const steps = new Set<Step>(['export']);
  if (answers.action !== 'volumes') steps.add('images');
  if (answers.action !== 'images' && outcome.inventory.source.claims.length > 0) steps.add('volumes').add('quiesce');
  if ((answers.action ?? 'application') === 'application') steps.add('apply');
  const { items } = await validateMove(
    {
      // The checks change what they look at.
      resources: structuredClone(outcome.resources),
      unread: [],
      surface,
      namespace: answers.destination.namespace,
      sourceNamespace: answers.source.namespace,
      steps,
      // The server connects to no registry: addresses of these are what users type.
      registries: [],
      claimWishes: claimWishesOf(outcome.inventory, answers),
    },
    {
      source: source.cluster,
      destination: destination.cluster,
      reachRegistry: () => Promise.resolve(),
      log: session.log,
    },
  );
  return {
    items: items.map(({ id, outcome: result, reason, message = '' }) => ({ id, outcome: result, reason, message })),
    gaps: items.filter((item) => item.outcome === 'failed').length,
    unknown: items.filter((item) => item.reason === 'unknown').length,
  };
}
