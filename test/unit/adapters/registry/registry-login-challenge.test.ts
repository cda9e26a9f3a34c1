import { describe, expect, it } from 'vitest';

import { parseChallenge } from '../../../../src/adapters/registry/login-challenge.ts';
import { assertRealmTrusted } from '../../../../src/adapters/registry/registry-login.ts';

const registry = new URL('https://registry-1.docker.io');

describe('parseChallenge', () => {
  it('reads Basic, Bearer, and none', () => {
    expect(parseChallenge('Basic realm="x"', registry)).toEqual({ scheme: 'basic' });
    expect(parseChallenge(undefined, registry)).toEqual({ scheme: 'none' });
    expect(
      parseChallenge('Bearer realm="https://auth.docker.io/token",service="registry.docker.io"', registry),
    ).toEqual({
      scheme: 'bearer',
      realm: new URL('https://auth.docker.io/token'),
      service: 'registry.docker.io',
      wider: [],
    });
  });

  it('ignores unknown schemes', () => {
    expect(parseChallenge('Negotiate, Basic realm="x"', registry)).toEqual({ scheme: 'basic' });
    expect(() => parseChallenge('Negotiate', registry)).toThrow('it asks for "Negotiate"');
  });

  it('takes several understood challenges in turns', () => {
    const header = 'Basic realm="x", Bearer realm="https://auth.docker.io/token"';
    const first = parseChallenge(header, registry);
    const second = parseChallenge(header, registry, first);
    expect([first, second, parseChallenge(header, registry, second)].map(({ scheme }) => scheme)).toEqual([
      'basic',
      'bearer',
      'basic',
    ]);
  });

  it.each([
    ['repository:other/web:pull', ['repository:other/web:pull']],
    ['repository:a:pull repository:b:pull', ['repository:a:pull', 'repository:b:pull']],
    ['repository:127.0.0.1:5000/a:pull,push,delete', ['repository:127.0.0.1:5000/a:pull']],
    ['repository:a:push registry:catalog:* pull', []],
  ])('asks for no more than to read what a token lacked: %s', (scope, wider) => {
    const header = `Bearer realm="https://auth.docker.io/token",scope="${scope}"`;
    expect(parseChallenge(`${header},error="insufficient_scope"`, registry)).toMatchObject({ wider });
    expect(parseChallenge(header, registry)).toMatchObject({ wider: [] });
  });

  it('refuses a Bearer challenge without a realm', () => {
    expect(() => parseChallenge('Bearer service="x"', registry)).toThrow('names no realm');
  });
});

describe('assertRealmTrusted', () => {
  function accepts(realm: string, hasLogin: boolean, from = registry): boolean {
    try {
      assertRealmTrusted(new URL(realm), from, hasLogin);
      return true;
    } catch {
      return false;
    }
  }

  it.each([
    ['the registry itself', 'https://registry-1.docker.io/token', true],
    ['another port of it', 'https://registry-1.docker.io:8443/token', true],
    ['a sibling', 'https://auth.docker.io/token', true],
    ['a stranger', 'https://evil.example/token', false],
    ['a name that only ends alike', 'https://evildocker.io/token', false],
    ['a sibling without TLS', 'http://auth.docker.io/token', false],
    ['itself without TLS', 'http://registry-1.docker.io/token', false],
    ['this computer', 'https://localhost/token', false],
    ['an address', 'https://169.254.169.254/token', false],
    ['an IPv6 address', 'https://[::1]/token', false],
  ])('with a login: %s', (_name, realm, expected) => {
    expect(accepts(realm, true)).toBe(expected);
  });

  it.each([
    ['https://evil.co.uk/token', 'https://registry.co.uk/'],
    ['https://evil.azurecr.io/token', 'https://mine.azurecr.io/'],
    ['https://evil.s3.amazonaws.com/token', 'https://mine.s3.amazonaws.com/'],
  ])('sends no login to a neighbour below a public suffix: %s', (realm, from) => {
    expect(accepts(realm, true, new URL(from))).toBe(false);
  });

  it('without a login asks any named host over TLS, and no address', () => {
    expect(accepts('https://auth.example/token', false)).toBe(true);
    expect(accepts('http://auth.example/token', false)).toBe(false);
    expect(accepts('https://169.254.169.254/token', false)).toBe(false);
    expect(accepts('https://localhost/token', false)).toBe(false);
  });

  it('lets a registry without TLS be its own realm', () => {
    expect(accepts('http://127.0.0.1:5000/token', true, new URL('http://127.0.0.1:5000'))).toBe(true);
    expect(accepts('http://127.0.0.1:6000/token', true, new URL('http://127.0.0.1:5000'))).toBe(false);
  });
});
