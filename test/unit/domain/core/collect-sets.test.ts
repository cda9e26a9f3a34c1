import { expect, it } from 'vitest';

import { collectSets } from '../../../../src/domain/core/collect-sets.ts';

it('collects the different values of each key in their order', () => {
  const sets = collectSets([
    ['b', 2],
    ['a', 1],
    ['b', 1],
    ['b', 2],
  ]);
  expect([...sets].map(([key, values]) => [key, ...values])).toEqual([
    ['b', 2, 1],
    ['a', 1],
  ]);
  expect(collectSets([]).size).toBe(0);
});
