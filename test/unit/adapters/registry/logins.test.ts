import { describe, expect, it } from 'vitest';

import { encodeLogin, joinLogins, overrideLogins } from '../../../../src/adapters/registry/logins.ts';
import { parseDockerConfig } from '../../../../src/adapters/registry/docker-config.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const config = JSON.stringify({
  auths: {
    'r.example': { auth: base64('robot:pass:word') },
    'r.example/team': { username: 'team', password: 'secret-of-team' },
    'https://index.docker.io/v1/': { auth: base64('hub:secret-of-hub') },
  },
});

const cluster = {
  host: 'cluster.example',
  token: () => Promise.resolve(redactor.secret('token-of-cluster')),
  renew: () => Promise.resolve(),
};

async function passwordFor(host: string, path = 'a/b'): Promise<string | undefined> {
  const login = await joinLogins(parseDockerConfig(config, 'config.json', redactor), cluster).find(host, path);
  return login && `${login.username} ${login.password.reveal()}`;
}

describe('logins', () => {
  it('are found by host, and by the longest path', async () => {
    expect(await passwordFor('r.example')).toBe('robot pass:word');
    expect(await passwordFor('r.example', 'team/web')).toBe('team secret-of-team');
    expect(await passwordFor('r.example', 'teams/web')).toBe('robot pass:word');
    expect(await passwordFor('docker.io')).toBe('hub secret-of-hub');
    expect(await passwordFor('other.example')).toBeUndefined();
  });

  it("hand a cluster's token to its own registry only, under a name without a colon", async () => {
    expect(await passwordFor('cluster.example')).toBe('crane token-of-cluster');
    expect(await passwordFor('cluster.example:5000')).toBeUndefined();
  });

  it.each([
    ['r.example', 'a/b', { 'r.example': { auth: base64('robot:pass:word') } }],
    ['r.example', 'team/web', { 'r.example/team': { auth: base64('team:secret-of-team') } }],
    ['docker.io', 'library/x', { 'docker.io': { auth: base64('hub:secret-of-hub') } }],
    ['cluster.example', 'a/b', { 'cluster.example': { auth: base64('crane:token-of-cluster') } }],
    ['other.example', 'a/b', {}],
  ])('are written as an auth file that has only the one for a repository: %s/%s', async (host, path, auths) => {
    const text = await joinLogins(parseDockerConfig(config, 'config.json', redactor), cluster).authFile(host, path);
    expect(JSON.parse(text)).toEqual({ auths });
  });

  it('of the config win over the cluster, whose token is then not asked for', async () => {
    const own = parseDockerConfig(
      JSON.stringify({ auths: { 'cluster.example': { auth: base64('me:mine-own') } } }),
      'x',
      redactor,
    );
    const logins = joinLogins(own, { ...cluster, token: () => Promise.reject(new Error('asked')) });
    expect((await logins.find('cluster.example', 'a/b'))?.username).toBe('me');
    expect(await logins.authFile('cluster.example', 'a/b')).toContain(base64('me:mine-own'));
  });

  it('do not print themselves', () => {
    const login = parseDockerConfig(config, 'config.json', redactor).get('r.example');
    expect(JSON.stringify(login)).not.toContain('pass:word');
    expect(login && encodeLogin(login)).toBe(base64('robot:pass:word'));
  });
});

describe('overrideLogins', () => {
  it('takes the whole registry from the winner, paths included', () => {
    const winner = new Map([['r.example', { username: 'file', password: redactor.secret('secret-of-file') }]]);
    const joined = overrideLogins(parseDockerConfig(config, 'config.json', redactor), winner);
    expect([...joined].map(([key, { username }]) => [key, username])).toEqual([
      ['docker.io', 'hub'],
      ['r.example', 'file'],
    ]);
  });
});
