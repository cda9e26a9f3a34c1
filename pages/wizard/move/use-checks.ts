import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { ValidationAnswer } from '../../../src/wizard/api/planning.ts';
import { post } from '../http/client.ts';
import type { Draft } from './draft.ts';
import { namedAnswers } from './use-plan.ts';

/** What would stop the move. It is checked once for each set of answers, and again on request. */
export function useChecks(draft: Draft): UseQueryResult<ValidationAnswer> {
  // What is accepted changes no check.
  const answers = { ...namedAnswers(draft), acceptedGaps: [] };
  return useQuery({
    queryKey: ['validations', draft.inventory, answers],
    queryFn: () => post<ValidationAnswer>('/validations', { inventory: draft.inventory, answers }),
    enabled: draft.inventory !== '',
    staleTime: Infinity,
  });
}
