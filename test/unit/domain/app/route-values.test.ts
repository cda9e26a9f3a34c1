import { describe, expect, it } from 'vitest';

import {
  editRoutes,
  idOf,
  mapDomain,
  parseDomainMapping,
  parseRoute,
} from '../../../../src/domain/app/route-values.ts';

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

  it.each([
    ['apps.old.example', 'apps.new.example'],
    [
      'https://web.apps.old.example:8443/x?y=apps.old.example',
      'https://web.apps.new.example:8443/x?y=apps.old.example',
    ],
    ['http://other.example/', undefined],
    ['say apps.old.example', undefined],
    ['apps.old.example/x', undefined],
  ])('changes the value %s elsewhere to %s', (text, expected) => {
    const edits = editRoutes({ a: { hosts: [text, 1, null] } }, mapping);
    expect(edits).toEqual(expected === undefined ? [] : [{ path: ['a', 'hosts', 0], value: expected }]);
  });

  it('forms ids as Epinio does', () => {
    expect(idOf({ domain: 'a.example', path: '/' })).toBe('a.example');
    expect(idOf({ domain: 'a.example', path: '/x/y/' })).toBe('a.example.x.y');
  });
});

describe('parseRoute', () => {
  it.each([
    ['shop.example.com', { id: 'shop.example.com', domain: 'shop.example.com', path: '/' }],
    [' https://Shop.example.com/A/b/ ', { id: 'shop.example.com.A.b', domain: 'shop.example.com', path: '/A/b/' }],
    ['*.example.com/x', { id: '*.example.com.x', domain: '*.example.com', path: '/x' }],
  ])('reads %j', (text, expected) => {
    expect(parseRoute(text)).toEqual(expected);
  });

  it.each(['', '/', 'a_b', 'shop.example.com:8080', 'a.b/x y', 'a.b/x?y', 'ftp://a.b', `${'a.'.repeat(127)}b.c`])(
    'refuses %j',
    (text) => {
      expect(() => parseRoute(text)).toThrow(expect.objectContaining({ code: 'invalid-param' }));
    },
  );
});
