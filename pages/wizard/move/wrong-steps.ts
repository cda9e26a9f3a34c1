import type { Problem } from '../../../src/domain/planning/problem.ts';

export type StepId =
  | 'what'
  | 'source'
  | 'destination'
  | 'inventory'
  | 'images'
  | 'claims'
  | 'changes'
  | 'credentials'
  | 'check'
  | 'review';

/** Where answers are given, by the beginning of their path: the first that fits counts. */
const stepsOfPaths: readonly (readonly [path: string, step: StepId])[] = [
  ['name', 'what'],
  ['action', 'what'],
  ['source.includeResources', 'inventory'],
  ['source.excludeResources', 'inventory'],
  ['allowForbidden', 'inventory'],
  ['source', 'source'],
  ['destination', 'destination'],
  ['images', 'images'],
  ['claims', 'claims'],
  ['changes', 'changes'],
  ['credentials', 'credentials'],
  ['run', 'credentials'],
  ['acceptedGaps', 'check'],
];

/** The steps with an answer that must be fixed before anything is created. */
export function wrongSteps(problems: readonly Pick<Problem, 'path' | 'severity'>[]): ReadonlySet<StepId> {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return new Set(errors.flatMap(({ path }) => stepOf(path) ?? []));
}

/** The step in which an answer is given, by its place among the answers. */
export function stepOf(path: string): StepId | undefined {
  return stepsOfPaths.find(([start]) => path === start || path.startsWith(`${start}.`))?.[1];
}
