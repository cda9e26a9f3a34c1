import { expect, it } from 'vitest';

import { formatOverview } from '../../../src/runtime/format-overview.ts';
import type { TaskCard } from '../../../src/runtime/task-card.ts';

function aCard(name: string, more: Partial<TaskCard>): TaskCard {
  const card = { name, aliases: [], summary: `does ${name}`, internal: false, recovery: undefined } as const;
  return { ...card, family: 'crane', stage: 'export', ...more };
}

it('lists tasks below the titles of their stages, without internal ones and empty groups', () => {
  const cards = [aCard('read', {}), aCard('helper', { internal: true }), aCard('prove', { stage: 'verify' })];
  const lines = formatOverview(cards).split('\n');
  expect(lines.slice(4, -2)).toEqual([
    ...['Prepare and export:', '  read   does read', ''],
    ...['Proof:', '  prove  does prove', ''],
  ]);
});
