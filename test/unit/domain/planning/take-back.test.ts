import { describe, expect, it } from 'vitest';

import { nameOfItem, readTakeBack, takeBackText } from '../../../../src/domain/planning/take-back.ts';

const items = [
  { id: 'v1 Service shop/web', outcome: 'done', reason: 'would-delete', message: 'm' },
  { id: 'apps/v1 Deployment shop/web', outcome: 'failed', reason: 'changed-since' },
  { id: 'v1 Secret shop/a', outcome: 'done', reason: 'deleted' },
  { id: 'v1 Secret shop/b', outcome: 'done', reason: 'gone-already' },
  { id: 'v1 Secret shop/c', outcome: 'skipped', reason: 'not-restorable' },
  { id: 'v1 Secret shop/d', outcome: 'skipped', reason: 'kept' },
  { id: 'v1 Secret shop/e', outcome: 'failed', reason: 'unreadable' },
  'none',
  { id: 'x' },
  { id: 'x', outcome: 'done' },
  { outcome: 'done', reason: 'deleted' },
];

describe('the list of a take-back', () => {
  it('has the fate of each object, sorted, and drops what is none', () => {
    expect(readTakeBack(items).map(({ id, fate }) => `${id}: ${fate}`)).toEqual([
      'apps/v1 Deployment shop/web: changed-since',
      'v1 Secret shop/a: deleted',
      'v1 Secret shop/b: gone',
      'v1 Secret shop/c: not-restorable',
      'v1 Secret shop/d: kept',
      'v1 Secret shop/e: failed',
      'v1 Service shop/web: deleted',
    ]);
  });

  it('has one text in any order, and another one for another run or fate', () => {
    const text = takeBackText('run', readTakeBack(items));
    expect(takeBackText('run', readTakeBack(items.toReversed()))).toBe(text);
    expect(takeBackText('other', readTakeBack(items))).not.toBe(text);
    expect(takeBackText('run', readTakeBack(items.slice(1)))).not.toBe(text);
  });

  it.each([
    ['apps/v1 Deployment shop/web', 'Deployment.apps/web'],
    ['v1 Service shop/web', 'Service/web'],
    ['v1 Namespace shop', 'Namespace/shop'],
    ['registry.test/shop/web:1', undefined],
    ['v1 Service ', undefined],
  ])('calls %s as allow-changed does', (id, name) => {
    expect(nameOfItem(id)).toBe(name);
  });
});
