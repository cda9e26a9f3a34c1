import { formatImageName } from '../oci/image-location.ts';
import { isPlatform } from '../oci/image-archive/reduce-index.ts';
import type { SyncPlan } from '../images/plan/sync-plan.ts';
import type { PlanProblem } from '../schemas/documents.ts';
import type { CompleteAnswers } from './answers.ts';
import type { ImagePlan } from './plan-images.ts';
import { errorAt, type Problem } from './problem.ts';

/** What is wrong with the answers about images. */
export function checkImages(images: ImagePlan, answers: CompleteAnswers): readonly Problem[] {
  switch (images.kind) {
    case 'none':
      return [];
    case 'planned':
      return [...checkPlatforms(answers), ...checkAddresses(images.plan), ...checkProblems(images.plan, answers)];
    case 'failed': {
      const { code, message, remedy } = images.error;
      return code === 'name-collision'
        ? [errorAt('images.exclude', 'image-collision', { message, remedy })]
        : [errorAt('images.registries', 'registry-invalid', { message, remedy })];
    }
  }
}

function checkPlatforms({ images: { platforms = [] } }: CompleteAnswers): readonly Problem[] {
  const wrong = platforms.filter((platform) => !isPlatform(platform));
  if (wrong.length === 0) return [];
  const message = `not a platform: ${wrong.map((platform) => JSON.stringify(platform)).join(', ')}`;
  return [
    errorAt('images.platforms', 'platform-invalid', { message, remedy: 'Write os/architecture, such as linux/arm64.' }),
  ];
}

/** An address that is empty here may still be found by the run; but one that is needed and unknown fails the run. */
function checkAddresses({ images, unpinned = [] }: SyncPlan): readonly Problem[] {
  const all = [...images, ...unpinned];
  const [first] = all;
  if (first === undefined) return [];
  const example = formatImageName(first.source);
  const missing = [
    ...(all.some(({ source }) => source.host === '') ? (['source'] as const) : []),
    ...(first.destination.host === '' ? (['destination'] as const) : []),
  ];
  return missing.map((side) =>
    errorAt(`images.${side}Registry.public`, 'registry-unknown', {
      message: `the address of the ${side} registry is unknown, and ${String(all.length)} images are copied, such as ${example}`,
      remedy: 'Expose the registry with its default route, or give its address; or set images.copy to false.',
    }),
  );
}

function checkProblems({ problems }: SyncPlan, { images }: CompleteAnswers): readonly Problem[] {
  const allowed = new Set(images.allowProblems);
  const isAllowed = ({ image, reason }: PlanProblem): boolean => allowed.has(image) || allowed.has(reason);
  return problems
    .filter((problem) => !isAllowed(problem))
    .map(({ image, reason, message }) =>
      errorAt('images.allowProblems', 'image-problem', {
        message: `${image}: ${message}`,
        remedy: `Fix the image at the source, or add ${image} to images.allowProblems. All of this kind: ${reason}.`,
      }),
    );
}
