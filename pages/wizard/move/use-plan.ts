import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Dispatch } from 'react';

import type { MoveAnswers } from '../../../src/domain/schemas/documents.ts';
import type { PlanAnswer } from '../../../src/wizard/api/planning.ts';
import { post } from '../http/client.ts';
import type { Change, Draft } from './draft.ts';
import type { GivenTokens } from './given-tokens.ts';

export type PlanQuery = UseQueryResult<PlanAnswer>;

/** What each step gets. */
export interface StepProps {
  readonly draft: Draft;
  readonly change: Dispatch<Change>;
  readonly plan: PlanQuery;
  readonly tokens: GivenTokens;
  readonly giveTokens: (tokens: GivenTokens) => void;
}

/** The plan of the answers so far, from the server; it changes with each answer. */
export function usePlan(draft: Draft): PlanQuery {
  const { inventory, migration } = draft;
  const named = namedAnswers(draft);
  return useQuery({
    queryKey: ['plan', inventory, migration, named],
    queryFn: () =>
      post<PlanAnswer>('/plans', { inventory, answers: named, ...(migration === '' ? {} : { migration }) }),
    enabled: inventory !== '',
    placeholderData: keepPreviousData,
  });
}

/** The answers with the name that the migration gets when the user gave none. */
export function namedAnswers({ answers }: Draft): MoveAnswers {
  return { ...answers, name: answers.name === '' ? defaultName(answers.source.namespace) : answers.name };
}

const longestName = 40;

/** The name of a migration that the user did not name. */
export function defaultName(namespace: string): string {
  const name = namespace.slice(0, longestName).replace(/^[^a-z]/, 'm');
  return name.endsWith('-') ? name.slice(0, -1) : name;
}
