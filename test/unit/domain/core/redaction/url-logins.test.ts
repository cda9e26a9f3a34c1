import { describe, expect, it } from 'vitest';

import { hideBareLogin, hideUrlLogins } from '../../../../../src/domain/core/redaction/url-logins.ts';

describe('logins in URLs', () => {
  it.each([
    ['https://user:canary@host/path', 'https://***@host/path'],
    ['https://canary@host/path', 'https://***@host/path'],
    ['https://user:c@nary@host/path', 'https://***@host/path'],
    ['https://user:can/ary@host/path', 'https://***@host/path'],
    ['https://user:can?a#ry@host/path', 'https://***@host/path'],
    ['proxy http://user:canary@proxy:3128: refused', 'proxy http://***@proxy:3128: refused'],
    ['"postgresql://app:canary@db:5432/shop"', '"postgresql://***@db:5432/shop"'],
    ['ssh://git:canary@host/app', 'ssh://***@host/app'],
    ['https://host/a?access_token=canary&b=c', 'https://host/a?access_token=***&b=c'],
    ['https://host/a?b=c&TOKEN=canary#d', 'https://host/a?b=c&TOKEN=***#d'],
    ['/a?X-Amz-Signature=canary&sig=canary', '/a?X-Amz-Signature=***&sig=***'],
    ['Authorization: Bearer abcdefghijklmnop1234==', 'Authorization: Bearer ***'],
    ['proxy-authorization: basic dXNlcjpjYW5hcnktMTIz', 'proxy-authorization: basic ***'],
  ])('are hidden: %s', (text, clean) => {
    expect(hideUrlLogins(text)).toBe(clean);
  });

  it.each([
    'https://host:8443/path@v1',
    'https://host/a?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ',
    'docker://registry:5000/app@sha256:0123',
    'https://host:6443: connect ECONNREFUSED, ask admin@example.com',
    'http://[::1]:3000/app@v1',
    'ssh://git@host/app',
    'git+ssh://git@host/app',
    'git@host:shop/app.git',
    'Bearer realm="https://auth.example.com/token",service="registry"',
    'basic authentication is off',
    'see https://example.com/',
  ])('are not seen in %s', (text) => {
    expect(hideUrlLogins(text)).toBe(text);
  });

  it.each(['://', 'https://a:b/', 'a@', '://a@', '&token=', 'https://a:', 'bearer ', 'sshsshssh'])(
    'are looked for in linear time: %j',
    (part) => {
      const begin = performance.now();
      hideUrlLogins(part.repeat(20_000));
      expect(performance.now() - begin).toBeLessThan(2000);
    },
  );
});

describe('a login before a host', () => {
  it.each([
    ['user:canary@host/app', '***@host/app'],
    ['user:can/ary@host:app', '***@host:app'],
  ])('is hidden: %s', (text, clean) => {
    expect(hideBareLogin(text)).toBe(clean);
  });

  it.each(['web:1@sha256:0123', 'shop/web:1@sha256:0123', 'git@host:app', 'https://host/a@b', 'shop'])(
    'is not seen in %s',
    (text) => {
      expect(hideBareLogin(text)).toBe(text);
    },
  );
});

describe('a login that is encoded or in JSON', () => {
  it.each([
    ['https%3A%2F%2Fuser%3Apw%40host%2Fx', 'https%3A%2F%2F***@host%2Fx'],
    [String.raw`https:\/\/user:pw@host`, String.raw`https:\/\/***@host`],
    ['#access_token=abcdef&x', '#access_token=***&x'],
    ['{"access_token": "ab\\"cd", "id":1}', '{"access_token": "***", "id":1}'],
    ['Authorization: token ghp_abc', 'Authorization: token ***'],
    ['authorization=Basic dTpw', 'authorization=Basic ***'],
    ['https%3A%2F%2Fhost%2Fx%40y', 'https%3A%2F%2Fhost%2Fx%40y'],
  ])('is hidden: %s', (text, hidden) => {
    expect(hideUrlLogins(text)).toBe(hidden);
  });
});
