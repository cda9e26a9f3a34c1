import type { MoveAnswers } from '../../../src/domain/schemas/documents.ts';
import { emptyDraft, type Draft } from './draft.ts';

/** State of a navigation to the steps: the answers that they begin with. */
export interface Carried {
  readonly answers: MoveAnswers;
  /** Name of the migration that gets the new answers; absent: a new one is planned. */
  readonly migration?: string;
}

/** The draft that another page has begun; undefined when the user begins with none. @param state of the location */
export function carriedDraft(state: unknown): Draft | undefined {
  if (typeof state !== 'object' || state === null || !('answers' in state)) return undefined;
  const { answers, migration = '' } = state as Carried;
  return { ...emptyDraft, migration, answers: { ...emptyDraft.answers, ...answers } };
}
