import { describe, expect, it } from 'vitest';

import { editRoutes, idOf, mapDomain, parseDomainMapping, routesOf } from '../../../../src/domain/app/routes.ts';

const mapping = parseDomainMapping(' apps.old.example=apps.new.example, shop.apps.old.example=store.example ');

describe('parseDomainMapping', () => {
  it.each(['a', 'a=', '=b', 'a=b=c', 'A=b', 'a=b,a=c', 'a b=c', 'a..b=c', '-a=b', 'https://a=b', 'a/b=c'])(
    'refuses %s',
    (text) => {
      expect(() => parseDomainMapping(text)).toThrow(expect.objectContaining({ code: 'invalid-param' }));
    },
  );
});

describe('mapDomain', () => {
  it.each([
    ['web.apps.old.example', 'web.apps.new.example'],
    ['apps.old.example', 'apps.new.example'],
    ['shop.apps.old.example', 'store.example'],
    ['www.shop.apps.old.example', 'www.store.example'],
    ['myapps.old.example', 'myapps.old.example'],
    ['*.apps.old.example', '*.apps.new.example'],
    ['other.example', 'other.example'],
  ])('of %s is %s', (domain, expected) => {
    expect(mapDomain(domain, mapping)).toBe(expected);
  });
});

describe('editRoutes', () => {
  it('changes domain and id of the routes that have a new domain', () => {
    const routes = [
      { id: 'web.apps.old.example.api', domain: 'web.apps.old.example', path: '/api' },
      { id: 'other.example', domain: 'other.example', path: '/' },
      { id: 'x', domain: 'apps.old.example' },
      'broken',
    ];
    expect(editRoutes({ epinio: { routes } }, mapping)).toEqual([
      { path: ['epinio', 'routes', 0, 'domain'], value: 'web.apps.new.example' },
      { path: ['epinio', 'routes', 0, 'id'], value: 'web.apps.new.example.api' },
      { path: ['epinio', 'routes', 2, 'domain'], value: 'apps.new.example' },
      { path: ['epinio', 'routes', 2, 'id'], value: 'apps.new.example' },
    ]);
    expect(editRoutes({ epinio: {} }, mapping)).toEqual([]);
  });

  it('forms ids as Epinio does', () => {
    expect(idOf({ domain: 'a.example', path: '/' })).toBe('a.example');
    expect(idOf({ domain: 'a.example', path: '/x/y/' })).toBe('a.example.x.y');
  });
});

it('routesOf reads domains, paths and Secrets', () => {
  const routes = [{ domain: 'a', path: '/b', secret: 'tls' }, { domain: 'c', secret: '' }, { path: '/' }];
  expect(routesOf({ epinio: { routes } })).toEqual([
    { domain: 'a', path: '/b', secret: 'tls' },
    { domain: 'c', path: '/', secret: undefined },
  ]);
});
