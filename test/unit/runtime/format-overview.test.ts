import { describe, expect, it } from 'vitest';

import { findGroup, formatOverview, helpColumns } from '../../../src/runtime/format-overview.ts';
import { catalog } from '../../../src/tasks/shared/catalog.ts';
import type { TaskCard } from '../../../src/runtime/task-card.ts';

function aCard(name: string, more: Partial<TaskCard>): TaskCard {
  const card = { name, aliases: [], summary: `does ${name}`, internal: false, recovery: undefined } as const;
  return { ...card, family: 'crane', stage: 'export', ...more };
}

describe('the overview', () => {
  it('lists tasks below the titles of their stages, without internal ones and empty groups', () => {
    const cards = [aCard('read', {}), aCard('helper', { internal: true }), aCard('prove', { stage: 'verify' })];
    const text = formatOverview(cards, 120);
    expect(text).toMatch(/\nPrepare and export:\n {2}read +does read\n\nProof:\n {2}prove +does prove\n\nHelp:\n/);
    expect(text).not.toContain('helper');
  });

  it.each([60, 80, 120])('is at most %i columns wide', (columns) => {
    const lines = formatOverview(catalog, columns).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.join('\n')).toMatch(/^ {2}crane-export {18}write every object/m);
  });
});

it.each([
  [undefined, 100],
  [0, 100],
  [60, 60],
  [300, 120],
])('help for a terminal of %s columns has %i', (columns, expected) => {
  expect(helpColumns(columns)).toBe(expected);
});

describe('the words of a group', () => {
  const cards = ['exports-list', 'exports-show', 'crane-transform', 'crane-transform-optionals'].map((name) =>
    aCard(name, {}),
  );
  it.each([
    [['exports'], ['exports-list', 'exports-show']],
    [
      ['exports', '--help'],
      ['exports-list', 'exports-show'],
    ],
    [
      ['help', 'exports'],
      ['exports-list', 'exports-show'],
    ],
    [['exports', 'list'], []],
    [['crane-transform'], []],
    [['exports', '--namespace=a'], []],
    [['absent'], []],
  ])('%s stand for the tasks %s', (args, names) => {
    expect(findGroup(args, cards).map(({ name }) => name)).toEqual(names);
  });
});
