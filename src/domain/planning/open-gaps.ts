import type { MoveAnswers } from '../schemas/documents.ts';

interface Check {
  readonly id: string;
  readonly outcome: string;
}

/** Checks that failed and that the answers do not accept with a reason. Nothing is created while there is one. */
export function openGaps<T extends Check>(
  checks: readonly T[],
  { acceptedGaps = [] }: Pick<MoveAnswers, 'acceptedGaps'>,
): readonly T[] {
  const accepted = new Set(acceptedGaps.filter(({ reason }) => reason.trim() !== '').map(({ check }) => check));
  return checks.filter(({ outcome, id }) => outcome === 'failed' && !accepted.has(id));
}
