import { expect, it } from 'vitest';

import { parseSteps } from '../../../../src/domain/validate/rights.ts';
import { refusalOf } from '../../../builders/task-error.ts';

it('reads steps from a list, each once', () => {
  expect([...parseSteps('apply, export,apply')]).toEqual(['export', 'apply']);
  expect([...parseSteps('')]).toEqual([]);
});

it('refuses a word that is not a step', () => {
  expect(refusalOf(() => parseSteps('export,all'))).toMatch(/^invalid-param: reading --steps/);
});
