import { expect, it } from 'vitest';

import { areasOfTask } from '../../pages/wizard/texts/codes/areas-of-task.ts';
import { loadDefinitions } from './task-files.ts';

it('the page knows the areas of the reasons of each task', async () => {
  const definitions = await loadDefinitions();
  const expected = definitions.filter(({ reasons }) => reasons.length > 0).map(({ name, reasons }) => [name, reasons]);
  expect(areasOfTask).toEqual(Object.fromEntries(expected));
});
