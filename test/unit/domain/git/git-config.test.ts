import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import { readGitConfig } from '../../../../src/domain/git/git-config.ts';
import { parseRemote } from '../../../../src/domain/git/remote.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const redactor = new Redactor();
const url = 'https://git.example.com/team/shop.git';
const login = { url: 'https://git.example.com', username: 'ann', password: 'canary-of-config' };

function secretOf(
  keys: Readonly<Record<string, string>>,
  labels: object = { 'epinio.io/api-git-credentials': 'true' },
) {
  const data = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, btoa(value)]));
  const secret: Resource = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace: 'epinio', labels },
    data,
  };
  return secret;
}

const readFor = (address: string, secret: Resource) =>
  readGitConfig(secret, parseRemote(address, redactor, 'git'), redactor);

describe('a Git configuration of Epinio', () => {
  it('has a login, which is redacted', () => {
    const { username, password, certificates, skipsVerification } = readFor(url, secretOf(login));
    expect([username, password?.reveal(), certificates, skipsVerification]).toEqual([
      ...['ann', 'canary-of-config', '', false],
    ]);
    expect(redactor.redact('canary-of-config')).toBe('***');
  });

  it('may have a token alone, certificates, or nothing', () => {
    const token = readFor(url, secretOf({ url: login.url, password: 'token-of-config\n', username: '' }));
    expect([token.username, token.password?.reveal()]).toEqual(['git', 'token-of-config']);
    const other = readFor(url, secretOf({ url: login.url, certificate: 'PEM', skipSSL: 'TRUE' }));
    expect(other).toEqual({ username: 'git', password: undefined, certificates: 'PEM', skipsVerification: true });
  });

  it.each([
    [{}, url],
    [{ userOrg: 'team' }, url],
    [{ userOrg: 'team', repo: 'shop' }, url],
    [{ userOrg: 'team', repo: 'shop.git' }, 'https://git.example.com/team/shop'],
    [{}, 'https://git.example.com:443/team/shop'],
    [{}, 'https://git.example.com/shop'],
  ])('with %j is for %s', (keys, address) => {
    expect(readFor(address, secretOf({ ...login, ...keys })).username).toBe('ann');
  });

  it.each([
    [{ userOrg: 'other' }, url, 'it is for another repository'],
    [{ userOrg: 'team', repo: 'mail' }, url, 'it is for another repository'],
    [{ repo: 'shop' }, 'https://git.example.com/shop', 'it is for another repository'],
    [{}, 'https://evil.example.com/team/shop.git', 'it is for another repository'],
    [{}, 'https://git.example.com:8443/team/shop.git', 'it is for another repository'],
    [{ url: 'https://git.example.com.evil.example' }, url, 'it is for another repository'],
    [{ url: '' }, url, 'its key url is not a URL'],
    [{}, 'git@git.example.com:team/shop.git', 'its login is for https addresses'],
  ])('with %j is not for %s', (keys, address, why) => {
    const refusal = refusalOf(() => readFor(address, secretOf({ ...login, ...keys })));
    expect(refusal).toBe(`invalid-param: reading Secret epinio/login for ${address}: ${why}`);
  });

  it('has a label', () => {
    expect(refusalOf(() => readFor(url, secretOf(login, {})))).toContain('the label epinio.io/api-git-credentials');
    const bare: Resource = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' } };
    expect(refusalOf(() => readFor(url, bare))).toContain('reading Secret /login');
  });
});
