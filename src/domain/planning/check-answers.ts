import { amountOf } from '../kube/quantity.ts';
import type { MoveAnswers } from '../schemas/documents.ts';
import type { CompleteAnswers } from './answers.ts';
import { checkChanges } from './changes.ts';
import { checkClaims } from './check-claims.ts';
import { checkImages } from './check-images.ts';
import { checkChosenKinds, choosesKind } from './chosen-kinds.ts';
import type { Inventory } from './inventory.ts';
import type { ImagePlan } from './plan-images.ts';
import { errorAt, warningAt, type Problem } from './problem.ts';

export interface AnswersToCheck {
  readonly inventory: Inventory;
  /** As the user wrote them. */
  readonly given: MoveAnswers;
  /** The same with all defaults. */
  readonly answers: CompleteAnswers;
  readonly images: ImagePlan;
}

/** Everything that is wrong with answers, in the order of the questions. */
export function checkAnswers({ inventory, given, answers, images }: AnswersToCheck): readonly Problem[] {
  return [
    ...checkName(inventory, answers),
    ...checkPlaces(inventory, answers),
    ...checkKinds(inventory, answers),
    ...checkImages(images, answers),
    ...(answers.action === 'images' ? [] : checkClaims(inventory, given, answers)),
    ...(answers.action === 'volumes' ? [] : checkChanges(answers)),
    ...checkCredentials(answers),
    ...checkRun(answers),
  ];
}

function checkName({ runs }: Inventory, { name }: CompleteAnswers): readonly Problem[] {
  const other = runs.migrations.includes(name)
    ? 'a migration'
    : runs.pipelines.some((pipeline) => pipeline === name || pipeline === `${name}-cutover`) && 'a Pipeline';
  if (other === false) return [];
  const message = `${other} of namespace ${runs.namespace} has the name ${name}`;
  return [errorAt('name', 'name-taken', { message, remedy: 'Choose another name, or delete what has it.' })];
}

function checkPlaces({ source, destination }: Inventory, answers: CompleteAnswers): readonly Problem[] {
  const problems: Problem[] = [];
  const isSameCluster = source.clusterUid !== '' && source.clusterUid === destination.surface.clusterUid;
  if (isSameCluster && source.namespace === destination.namespace) {
    const message = `source and destination are namespace ${source.namespace} of one cluster`;
    const remedy = 'Choose another namespace or another cluster as destination.';
    problems.push(errorAt('destination.namespace', 'same-place', { message, remedy }));
  }
  if (!destination.exists && !answers.destination.createNamespace) {
    const message = `the destination has no namespace ${destination.namespace}`;
    const remedy = 'Create it, or let the migration create it (destination.createNamespace: true).';
    problems.push(errorAt('destination.namespace', 'namespace-missing', { message, remedy }));
  }
  if (destination.objectCount > 0) {
    const message = `namespace ${destination.namespace} of the destination has ${String(destination.objectCount)} objects`;
    const remedy = 'Check them: the move changes objects that have the same names.';
    problems.push(warningAt('destination.namespace', 'namespace-not-empty', { message, remedy }));
  }
  return problems;
}

function checkKinds({ source }: Inventory, answers: CompleteAnswers): readonly Problem[] {
  const allowed = new Set(answers.allowForbidden);
  const chooses = choosesKind(answers.source);
  const kinds = source.kinds.filter(({ plural }) => chooses(plural));
  const denied = kinds.filter(({ state, plural }) => state === 'denied' && !allowed.has(plural));
  const failed = kinds.filter(({ state }) => state === 'failed');
  const names = denied.map(({ plural }) => plural).join(', ');
  return [
    ...checkChosenKinds(source, answers.source),
    ...denied.slice(0, 1).map(() =>
      errorAt('allowForbidden', 'kind-denied', {
        message: `the account may not list these kinds of namespace ${source.namespace}: ${names}`,
        remedy: 'Give the account the right to list them, or add them to allowForbidden to leave them behind.',
      }),
    ),
    ...failed.map(({ kind, message }) =>
      errorAt('source.namespace', 'kind-failed', {
        message: `listing ${kind} failed: ${message}`,
        remedy: 'Fix the cause and take the inventory again.',
      }),
    ),
  ];
}

function checkCredentials({ credentials }: CompleteAnswers): readonly Problem[] {
  return (['source', 'destination'] as const)
    .filter((side) => credentials[side].kind === 'secret' && credentials[side].secret === undefined)
    .map((side) =>
      errorAt(`credentials.${side}.secret`, 'secret-missing', {
        message: `no Secret with the login to the ${side} is named`,
        remedy: 'Name a Secret of the namespace of the runs that has url and token.',
      }),
    );
}

function checkRun({ run }: CompleteAnswers): readonly Problem[] {
  if ((amountOf(run.volumeSize) ?? 0) > 0) return [];
  const message = `${JSON.stringify(run.volumeSize)} is not the size of a volume`;
  return [errorAt('run.volumeSize', 'size-invalid', { message, remedy: 'Write a quantity such as 1Gi.' })];
}
