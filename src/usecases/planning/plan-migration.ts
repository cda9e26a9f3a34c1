import { TaskError } from '../../domain/core/errors.ts';
import type { Sha256, YamlCodec } from '../../domain/core/ports.ts';
import { completeAnswers, toAnswersFile } from '../../domain/planning/answers.ts';
import { checkAnswers } from '../../domain/planning/check-answers.ts';
import { inventoryText, type Inventory } from '../../domain/planning/inventory.ts';
import { planMove, type MovePlan, type PlannedRun } from '../../domain/planning/move-plan.ts';
import type { RunAction } from '../../domain/planning/run-action.ts';
import { planMoveImages } from '../../domain/planning/plan-images.ts';
import type { Problem } from '../../domain/planning/problem.ts';
import { questionsFor, type Question } from '../../domain/planning/questions.ts';
import { objectsOf, type PlannedObject } from '../../domain/planning/run-objects.ts';
import type { MoveAnswers } from '../../domain/schemas/documents.ts';
import { checkPatches } from './preview-changes.ts';
import { takeInventory, type InventoryPorts } from './read-inventory.ts';

export interface PlanRequest {
  /** As the user wrote them. */
  readonly given: MoveAnswers;
  /** Namespace of the runs. */
  readonly namespace: string;
  /** Undefined: the first run of the plan. */
  readonly action: RunAction | undefined;
}

export interface TextPorts {
  readonly sha256: Sha256;
  readonly yaml: YamlCodec;
}

export interface PlannedMigration {
  /** Whether the destination has the namespace. */
  readonly namespaceExists: boolean;
  readonly problems: readonly Problem[];
  /** Undefined when an answer is wrong. */
  readonly plan: MovePlan | undefined;
  readonly run: PlannedRun | undefined;
  readonly questions: readonly Question[];
  readonly objects: readonly PlannedObject[];
  /** The objects as YAML documents; a Secret without its values. Empty when an answer is wrong. */
  readonly objectsText: string;
  /** All answers as YAML, with their defaults. */
  readonly answersText: string;
}

/** Takes the inventory and plans the move. @throws TaskError as takeInventory, `invalid-param` for another action */
export async function planMigration(
  request: PlanRequest,
  ports: InventoryPorts & TextPorts,
): Promise<PlannedMigration> {
  const { source, destination } = request.given;
  const inventory = await takeInventory({ source, destination, runsNamespace: request.namespace }, ports);
  return planFromInventory(inventory, request, ports);
}

/** Plans the move of an inventory: the same inventory, answers and action give the same bytes. */
export function planFromInventory(
  inventory: Inventory,
  { given, namespace, action }: PlanRequest,
  { sha256, yaml }: TextPorts,
): PlannedMigration {
  const answers = completeAnswers(inventory, given);
  const images = planMoveImages(inventory, answers);
  const problems = [...checkAnswers({ inventory, given, answers, images }), ...checkPatches(answers.changes, yaml)];
  const answersText = yaml.format(toAnswersFile(answers));
  const namespaceExists = inventory.destination.exists;
  const asked = { namespaceExists, problems, questions: questionsFor(inventory, answers, images), answersText };
  if (problems.some(({ severity }) => severity === 'error')) {
    return { ...asked, plan: undefined, run: undefined, objects: [], objectsText: '' };
  }
  const plan = planMove(inventory, answers, images);
  const run = chooseRun(plan, action);
  const objects = objectsOf(plan, {
    namespace,
    answersText,
    inventoryDigest: sha256(inventoryText(inventory)),
    action: run.action,
  });
  const objectsText = objects.map(({ resource }) => yaml.format(resource)).join('---\n');
  return { ...asked, plan, run, objects, objectsText };
}

function chooseRun({ runs }: MovePlan, action: RunAction | undefined): PlannedRun {
  const run = action === undefined ? runs[0] : runs.find((each) => each.action === action);
  if (run !== undefined) return run;
  const known = runs.map((each) => each.action).join(', ');
  throw new TaskError('invalid-param', `planning a run: the answers ask for no ${action ?? 'run'}`, {
    remedy: `Choose one of ${known}, or change the answers.`,
  });
}
