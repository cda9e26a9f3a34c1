import { ownValue } from '../../../domain/core/json-object.ts';
import { destinationName } from '../../../domain/images/copy/copy-job.ts';
import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { Inventory } from '../../../domain/planning/inventory.ts';
import type { RunAction } from '../../../domain/planning/run-action.ts';
import type { PlannedMigration } from '../../../usecases/planning/plan-migration.ts';
import type { ImageRow, PlanAnswer } from '../../api/planning.ts';

interface PlanContext {
  readonly inventory: Inventory;
  /** Of the runs. */
  readonly namespace: string;
  readonly action: RunAction | undefined;
}

/** A plan as the answer of the server. */
export function viewPlan(planned: PlannedMigration, { inventory, namespace, action }: PlanContext): PlanAnswer {
  const { problems, questions, run, plan, objectsText, answersText } = planned;
  const wanted = action === undefined ? '' : ` --action=${action}`;
  const command = `crane-tasks plan --answers=answers.yaml --namespace=${namespace}${wanted}`;
  return {
    problems,
    questions,
    ...(run === undefined ? {} : { run }),
    ...(plan === undefined ? {} : { estimate: plan.estimate }),
    runs: plan?.runs ?? [],
    images: plan?.images === undefined ? [] : imageRows(plan.images).map((row) => withSize(row, inventory)),
    objects: objectsText,
    answers: answersText,
    commands: [command, `${command} --create=true`],
  };
}

function withSize(row: ImageRow, { source }: Inventory): ImageRow {
  const size = ownValue(source.images.sizes, row.digest);
  return size === undefined ? row : { ...row, size };
}

function imageRows({ images, unpinned = [], skipped, problems }: SyncPlan): readonly ImageRow[] {
  const copied = { outcome: 'copy', message: '' } as const;
  return [
    ...images.flatMap((image) =>
      image.tags.map((tag) => ({
        ...copied,
        source: `${image.source.path}:${tag}`,
        name: destinationName(image, tag),
        reason: image.reason,
        imageClass: image.class,
        digest: image.digest,
      })),
    ),
    ...unpinned.map((image) => ({
      ...copied,
      source: `${image.source.path}:${image.tag}`,
      name: destinationName(image, image.tag),
      reason: image.reason,
      imageClass: image.class,
      digest: '',
    })),
    ...skipped.map(({ image, class: imageClass, digest = '', reason, message }) => ({
      source: image,
      name: image,
      outcome: 'skip' as const,
      imageClass,
      digest,
      reason,
      message,
    })),
    ...problems.map(({ image, reason, message }) => ({
      source: image,
      name: image,
      outcome: 'problem' as const,
      imageClass: '',
      digest: '',
      reason,
      message,
    })),
  ];
}
