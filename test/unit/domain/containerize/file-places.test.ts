import { expect, it } from 'vitest';

import { createPlaces } from '../../../../src/domain/containerize/file-places.ts';

it('are the same in the container itself', () => {
  const places = createPlaces(new Map());
  expect(places.isContainer).toBe(true);
  expect(places.toLocal('/a')).toBe('/a');
  expect(places.toContainer('/a', '/')).toBe('/a');
  expect(places.mountsBelow('/')).toEqual([]);
});

it('are those of the deepest claim', () => {
  const places = createPlaces(
    new Map([
      ['/home/u', '/mnt/home'],
      ['/home/u/work', '/mnt/work'],
    ]),
  );
  expect(places.isContainer).toBe(false);
  expect(['/home/u', '/home/u/x', '/home/u/work', '/home/u/work/x', '/home/u2'].map(places.toLocal)).toEqual([
    '/mnt/home',
    '/mnt/home/x',
    '/mnt/work',
    '/mnt/work/x',
    undefined,
  ]);
  expect(places.toContainer('/mnt/work/x', '/home/u/work')).toBe('/home/u/work/x');
  expect(places.toContainer('/x', '/elsewhere')).toBe('/elsewhere/x');
  expect(places.mountsBelow('/home/u')).toEqual(['/home/u/work']);
});
