import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Dispatch } from 'react';

import type { PlanAnswer } from '../../../src/wizard/api/planning.ts';
import { post } from '../http/client.ts';
import type { Change, Draft } from './draft.ts';

export type PlanQuery = UseQueryResult<PlanAnswer>;

/** What each step gets. */
export interface StepProps {
  readonly draft: Draft;
  readonly change: Dispatch<Change>;
  readonly plan: PlanQuery;
}

/** The plan of the answers so far, from the server; it changes with each answer. */
export function usePlan({ inventory, answers }: Draft): PlanQuery {
  const named = { ...answers, name: answers.name === '' ? defaultName(answers.source.namespace) : answers.name };
  return useQuery({
    queryKey: ['plan', inventory, named],
    queryFn: () => post<PlanAnswer>('/plans', { inventory, answers: named }),
    enabled: inventory !== '',
    placeholderData: keepPreviousData,
  });
}

const longestName = 40;

/** The name of a migration that the user did not name. */
export function defaultName(namespace: string): string {
  const name = namespace.slice(0, longestName).replace(/^[^a-z]/, 'm');
  return name.endsWith('-') ? name.slice(0, -1) : name;
}
