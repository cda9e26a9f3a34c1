import { expect, it } from 'vitest';

import { joinTold } from '../../../../src/domain/core/join-told.ts';

it('joins what was told, and leaves no colon where nothing was', () => {
  expect(joinTold('not ready', 'NoPower', 'plug it in')).toBe('not ready: NoPower: plug it in');
  expect(joinTold('not ready', undefined, '')).toBe('not ready');
});
