import { expect, it } from 'vitest';

import { recoveryUrl } from '../../../../src/domain/reports/recovery.ts';

it('is an address that works without the repository at hand', () => {
  expect(recoveryUrl('images')).toMatch(/^https:\/\/.*\/docs\/recovery\.md#images$/);
});
