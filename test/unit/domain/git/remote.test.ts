import { describe, expect, it } from 'vitest';

import {
  checkBranch,
  checkFolder,
  checkRevision,
  decodeUserInfo,
  parseRemote,
} from '../../../../src/domain/git/remote.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const redactor = new Redactor();

describe('the address of a repository', () => {
  it.each([
    ['https://git.example.com/shop/app.git', 'http', 'https://git.example.com'],
    ['https://git.example.com:8443/app', 'http', 'https://git.example.com:8443'],
    ['http://localhost/app', 'http', 'http://localhost'],
    ['http://127.0.0.1:3000/app', 'http', 'http://127.0.0.1:3000'],
    ['http://[::1]:3000/app', 'http', 'http://[::1]:3000'],
    ['https://Git.Example.com/app', 'http', 'https://Git.Example.com'],
    ['https://git.example.com:443/app', 'http', 'https://git.example.com:443'],
    ['http://localhost:80/app', 'http', 'http://localhost:80'],
    ['git@git.example.com:shop/app.git', 'ssh', ''],
    ['ssh://git@git.example.com:2222/shop/app.git', 'ssh', ''],
    ['ssh://git.example.com/app', 'ssh', ''],
    ['ssh://Git.Example.com/~ann/app', 'ssh', ''],
    ['file:///srv/app.git', 'file', ''],
  ])('may be %s', (url, transport, origin) => {
    expect(parseRemote(url, redactor)).toEqual({ url, transport, origin });
  });

  it.each([
    '',
    'app',
    '/srv/app.git',
    'git://git.example.com/app',
    'http://git.example.com/app',
    'http://localhost.example.com/app',
    'file://git.example.com/app',
    'ssh://-oProxyCommand=x/app',
    'git@git.example.com:-app',
    'git@git.example.com:/srv/app',
    '-git@git.example.com:app',
    'ext::sh -c x',
    'https://git.example.com',
    'https://git.example.com:99999/app',
    'https://git exa mple.com/app',
    'https://[bad/app',
    'https://git.example.com\\.evil.example.com/shop/app',
    'https://git.example.com/shop\\app',
    'https://git.example.com?/app',
    'https://git.example.com:80443/app',
    'https://git.ex%61mple.com/app',
    'http://127.1/app',
    'ssh://git.example.com:99999/app',
    'ssh://git.example.com\\x/app',
  ])('is not %j', (text) => {
    expect(refusalOf(() => parseRemote(text, redactor))).toBe(
      `invalid-param: reading git-remote-url: invalid address ${JSON.stringify(text)}: expected one that can be used safely`,
    );
  });

  it.each([
    'https://user:canary@git.example.com/app',
    'https://canary@git.example.com/app',
    'https://user:canary@git.example.com',
    'https://user:canary@git.example.com/a b',
    'https://@canary@git.example.com/a',
    'http://canary@localhost/app',
    'ssh://user:canary@git.example.com/app',
    'ssh://-canary@git.example.com/app',
    'file://canary@/srv/app',
    'https://user:can/ary@git.example.com/app',
    'user:canary@git.example.com/app',
    'user:canary@git.example.com:app',
    'htps://user:canary@git.example.com/app',
    'HTTPS://user:canary@git.example.com/app',
  ])('is refused with credentials, which are not repeated: %s', (text) => {
    expect(refusalOf(() => parseRemote(text, redactor))).toBe(
      'invalid-param: reading git-remote-url: it holds credentials',
    );
  });
});

describe('the param that has the address', () => {
  it('is named in messages', () => {
    expect(refusalOf(() => parseRemote('-x', redactor, 'git'))).toContain(
      'invalid-param: reading git: invalid address',
    );
  });
});

describe('a revision', () => {
  it.each(['main', 'v1.2', 'refs/tags/v1', 'pkg@1.0', '0123abc'])('may be %s', (name) => {
    expect(checkRevision(name, 'git-revision')).toBe(name);
  });

  it.each(['', '--upload-pack=x', 'a..b', 'main~1', 'HEAD^', 'a:b', '@{u}', 'a b', 'a\nb'])('is not %j', (name) => {
    expect(refusalOf(() => checkRevision(name, 'git-revision'))).toBe(
      `invalid-param: reading git-revision: invalid revision ${JSON.stringify(name)}`,
    );
  });
});

describe('the password in an address', () => {
  it.each([
    ['https://user:remote%2Dcanary@git.example.com/app', 'remote-canary'],
    ['user:remote/canary@git.example.com:app', 'remote/canary'],
    ['https://remote%canary@git.example.com/app', 'remote%canary'],
  ])('is redacted once it was refused: %s', (url, password) => {
    expect(refusalOf(() => parseRemote(url, redactor))).toContain('invalid-param');
    expect(redactor.redact(`git said ${password}`)).toBe('git said ***');
  });
});

describe('a user or password of a URL', () => {
  it.each([
    ['gr%C3%BCn%2f', 'grün/'],
    ['50%', '50%'],
    ['%zz%41%', '%zzA%'],
    ['%ff%5E', '%ff%5E'],
  ])('%s is %s', (text, expected) => {
    expect(decodeUserInfo(text)).toBe(expected);
  });
});

describe('the name of a branch', () => {
  it.each(['main', 'feature/move-1', 'v1.2', 'a@b', 'größe'])('may be %s', (name) => {
    expect(checkBranch(name)).toBe(name);
  });

  it.each([
    '',
    '-f',
    '/a',
    '.a',
    'a/',
    'a.',
    'a.lock',
    'a.lock/b',
    'a..b',
    'a/.b',
    'a//b',
    'a@{1}',
    '@',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a\u0007b',
  ])('is not %j', (name) => {
    expect(refusalOf(() => checkBranch(name))).toBe(
      `invalid-param: reading branch: git allows no branch ${JSON.stringify(name)}`,
    );
  });
});

describe('a folder of a repository', () => {
  it.each([
    ['', ''],
    ['.', ''],
    ['apps/shop', 'apps/shop'],
    ['./apps//shop/', 'apps/shop'],
    ['.github/...', '.github/...'],
  ])('%j is %j', (path, folder) => {
    expect(checkFolder(path)).toBe(folder);
  });

  it.each(['/apps', '..', 'apps/../..', '.git', 'apps/.GIT/hooks', 'apps\\shop', 'a\nb'])('is not %j', (path) => {
    expect(refusalOf(() => checkFolder(path))).toBe(
      `invalid-param: reading folder: ${JSON.stringify(path)} is not in the repository`,
    );
  });
});
