import { expect, it } from 'vitest';

import { joinReasons } from '../../../../src/domain/core/join-reasons.ts';

it('joins the reasons, and leaves no colon where nothing was', () => {
  expect(joinReasons('not ready', 'NoPower', 'plug it in')).toBe('not ready: NoPower: plug it in');
  expect(joinReasons('not ready', undefined, '')).toBe('not ready');
});
