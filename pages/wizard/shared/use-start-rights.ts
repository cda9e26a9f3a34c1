import { useQuery } from '@tanstack/react-query';

import type { RightsAnswer } from '../../../src/wizard/api/session.ts';
import { get } from '../http/client.ts';

export interface StartRights {
  /** `false` once it is known that the user may start nothing. */
  readonly isAllowed: boolean;
  /** Rules of a Role that are missing, as YAML. */
  readonly rules: string;
  readonly namespace: string;
}

/** Whether the user may start runs, and the rules that are missing. Until it is known, the server decides. */
export function useStartRights(): StartRights {
  const { data } = useQuery({
    queryKey: ['rights', 'start'],
    queryFn: () => get<RightsAnswer>('/rights?action=start'),
    staleTime: Infinity,
  });
  return {
    isAllowed: data?.isAllowed ?? true,
    rules: data?.rights.map(({ rule }) => rule).join('') ?? '',
    namespace: data?.rights[0]?.namespace ?? '',
  };
}
