import { expect, it } from 'vitest';

import { isTooDeep } from '../../../../src/domain/core/nesting.ts';

it.each<[unknown, number, boolean]>([
  [1, 0, false],
  [null, 0, false],
  [[], 0, true],
  [{ a: 1 }, 1, false],
  [{ a: [1] }, 1, true],
  [[{}, [{}]], 2, true],
  [[{}, []], 2, false],
])('whether %j has more than %d levels: %s', (value, levels, isDeeper) => {
  expect(isTooDeep(value, levels)).toBe(isDeeper);
});
