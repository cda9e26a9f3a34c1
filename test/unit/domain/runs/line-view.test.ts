import { expect, it } from 'vitest';

import { createLineView } from '../../../../src/domain/runs/line-view.ts';

const event = { time: '2026-01-31T10:00:00.000Z', level: 'info' };
const progress = (done: number, more: object = {}) =>
  JSON.stringify({ ...event, message: 'data', event: 'progress', done, total: 100, id: 'claim shop/data', ...more });

it('shows messages and items as they are, and progress every few seconds', () => {
  const show = createLineView();
  const item = { ...event, message: 'copied web', event: 'item', id: 'web', outcome: 'done', reason: 'copied' };
  expect(show('a', 'plain', 0)).toBe('plain');
  expect(show('a', JSON.stringify({ ...event, message: 'slow' }), 0)).toBe('slow');
  expect(show('a', JSON.stringify(item), 0)).toBe('copied web');
  expect(show('a', progress(1), 0)).toBe('data');
  expect(show('a', progress(2), 4000)).toBeUndefined();
  expect(show('b', progress(2, { message: '', rate: 2_097_152 }), 4000)).toBe('claim shop/data 2/100, 2.0 MiB/s');
  expect(show('a', progress(3), 5000)).toBe('data');
  expect(show('a', progress(100), 5001)).toBe('data');
  expect(show('a', progress(0, { id: undefined, message: '' }), 0)).toBe(' 0/100');
});
