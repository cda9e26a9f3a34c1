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

it('are those of the root folder of another container', () => {
  const places = createPlaces(new Map([['/', '/proc/1/root/']]));
  expect(['/', '/files/a'].map(places.toLocal)).toEqual(['/proc/1/root/', '/proc/1/root/files/a']);
  expect(places.toContainer('/proc/1/root/etc', '/')).toBe('/etc');
  expect(places.toContainer('/proc/1/root/files/a', '/files')).toBe('/files/a');
});
