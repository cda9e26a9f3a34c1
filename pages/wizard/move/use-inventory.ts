import { useQuery } from '@tanstack/react-query';

import type { InventoryAnswer } from '../../../src/wizard/api/planning.ts';
import { get } from '../http/client.ts';

const pollMilliseconds = 500;

/** An inventory of the server, which is asked again while it is taken. @param id empty: none */
export function useInventory(id: string) {
  return useQuery({
    queryKey: ['inventories', id],
    queryFn: () => get<InventoryAnswer>(`/inventories/${id}`),
    enabled: id !== '',
    // Complete, it does not change any more.
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? pollMilliseconds : false),
  });
}
