import { TaskError } from '../core/errors.ts';
import { Redactor } from '../core/secret.ts';
import { parseRegistryNames } from '../images/plan/external-registries.ts';
import { parseImageExclude } from '../images/plan/image-choice.ts';
import { findImages } from '../images/plan/found-images.ts';
import { plainRules } from '../images/plan/placing-rules.ts';
import { planImages } from '../images/plan/plan-images.ts';
import type { SyncPlan } from '../images/plan/sync-plan.ts';
import type { CompleteAnswers } from './answers.ts';
import { chosenImages } from './chosen-kinds.ts';
import type { Inventory } from './inventory.ts';

/** What is copied, or why this cannot be said. `none`: the answers copy no image. */
export type ImagePlan =
  | { readonly kind: 'planned'; readonly plan: SyncPlan }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly error: TaskError };

/** What the run will decide about images, from what is known before it starts. */
export function planMoveImages(inventory: Inventory, answers: CompleteAnswers): ImagePlan {
  if (!answers.images.copy || answers.action === 'volumes') return { kind: 'none' };
  try {
    return { kind: 'planned', plan: planAll(inventory, answers) };
  } catch (error) {
    // A collision of names, or a registry that is not understood.
    if (error instanceof TaskError) return { kind: 'failed', error };
    throw error;
  }
}

function planAll({ source }: Inventory, answers: CompleteAnswers): SyncPlan {
  const { images, destination } = answers;
  const { sourceRegistry, destinationRegistry } = images;
  return planImages({
    ...findImages(chosenImages(source, answers.source), parseRegistryNames(images.registries.join(','))),
    source: { registry: sourceRegistry.public, internalRegistry: sourceRegistry.internal },
    destination: {
      registry: destinationRegistry.public,
      internalRegistry: destinationRegistry.internal,
      namespace: destination.namespace,
    },
    rules: plainRules(destination.namespace),
    builtImages: images.builtImages,
    choice: { isSkipped: false, excluded: parseImageExclude(images.exclude.join(',')) },
    redactor: new Redactor(),
  });
}
