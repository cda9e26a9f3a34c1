import type { CreateMigrationRequest } from '../../../src/wizard/api/migrations.ts';
import type { MoveAnswers } from '../../../src/domain/schemas/documents.ts';

/** Tokens that the user gave for the runs. They are in the memory of the page only: no draft has them. */
export type GivenTokens = NonNullable<CreateMigrationRequest['tokens']>;

const sides = ['source', 'destination'] as const;

/** The tokens that the answers ask for. */
export function wantedTokens({ credentials }: MoveAnswers, given: GivenTokens): GivenTokens {
  const wanted = sides.filter((side) => credentials?.[side]?.kind === 'token');
  return Object.fromEntries(wanted.flatMap((side) => (given[side] ? [[side, given[side]]] : [])));
}

/** Sides whose token is not given yet. */
export function missingTokens({ credentials }: MoveAnswers, given: GivenTokens): readonly (typeof sides)[number][] {
  return sides.filter((side) => credentials?.[side]?.kind === 'token' && !given[side]);
}
