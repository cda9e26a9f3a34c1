import { expect, it } from 'vitest';

import { countOf } from '../../../../src/domain/core/count-of.ts';

it.each([
  [0, '0 files'],
  [1, '1 file'],
  [2, '2 files'],
])('counts %i', (count, expected) => {
  expect(countOf(count, 'file')).toBe(expected);
});
