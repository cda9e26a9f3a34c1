import { expect, it } from 'vitest';

import { recoveryOf } from '../../../../src/domain/reports/recovery.ts';

it('says where to read on when a task failed, and nothing for tasks that no chapter is about', () => {
  expect(recoveryOf('crane-skopeo-sync')).toBe('docs/recovery.md#images');
  expect(recoveryOf('crane-summary')).toBeUndefined();
});
