import type { SyncPlan } from '../images/plan/sync-plan.ts';
import { parseQuantity } from '../kube/quantity.ts';
import type { ClaimChoice, CompleteAnswers } from './answers.ts';
import { changeFiles } from './changes.ts';
import { choosesObject } from './chosen-kinds.ts';
import type { Inventory } from './inventory.ts';
import type { ImagePlan } from './plan-images.ts';
import { pipelineOf, type RunAction } from './run-action.ts';
import { paramsOf } from './run-params.ts';

/** A run that the migration can start. */
export interface PlannedRun {
  readonly action: RunAction;
  readonly pipeline: string;
  /** Only params whose value is not the default of the Pipeline. */
  readonly params: Readonly<Record<string, string>>;
  /** Workspaces that get a file of the ConfigMap of the migration. Absent: none. */
  readonly files?: readonly string[];
}

export interface PlanEstimate {
  readonly objects: number;
  readonly leftOut: number;
  readonly images: number;
  readonly claims: number;
  /** Sizes of the claims together: at most so much is copied. */
  readonly claimBytes: number;
}

export interface MovePlan {
  readonly answers: CompleteAnswers;
  /** In the order in which they are meant: stage any number of times, then cutover. */
  readonly runs: readonly PlannedRun[];
  /** Undefined: no image is copied. */
  readonly images: SyncPlan | undefined;
  readonly claims: readonly ClaimChoice[];
  readonly estimate: PlanEstimate;
}

/** Plans a move whose answers have no error. The same inventory and answers give the same plan. */
export function planMove(inventory: Inventory, answers: CompleteAnswers, imagePlan: ImagePlan): MovePlan {
  const images = imagePlan.kind === 'planned' ? imagePlan.plan : undefined;
  const claims = answers.action === 'images' ? [] : answers.claims.settings.filter(({ move }) => move);
  const { objects } = inventory.source;
  const chooses = choosesObject(inventory.source.kinds, answers.source);
  const travelling = objects.filter((object) => object.leftOut === '' && chooses(object)).length;
  return {
    answers,
    runs: actionsOf(answers, claims).map((action) => ({
      action,
      pipeline: pipelineOf[action],
      params: paramsOf(action, { inventory, answers, claims }),
      ...filesOf(action, answers),
    })),
    images,
    claims,
    estimate: {
      objects: travelling,
      leftOut: objects.length - travelling,
      images: images?.images.length ?? 0,
      claims: claims.length,
      claimBytes: claims.reduce((sum, { size }) => sum + parseQuantity(size), 0),
    },
  };
}

function filesOf(action: RunAction, answers: CompleteAnswers): Pick<PlannedRun, 'files'> {
  const files = action === 'app' || action === 'cutover' ? Object.keys(changeFiles(answers)) : [];
  return files.length === 0 ? {} : { files };
}

function actionsOf({ action }: CompleteAnswers, claims: readonly ClaimChoice[]): readonly RunAction[] {
  if (action === 'images') return ['images'];
  if (action === 'volumes') return ['stage'];
  return claims.length === 0 ? ['app'] : ['stage', 'cutover'];
}
