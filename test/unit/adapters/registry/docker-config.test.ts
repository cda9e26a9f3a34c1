import { describe, expect, it } from 'vitest';

import { parseDockerConfig, readDockerConfig } from '../../../../src/adapters/registry/docker-config.ts';
import { findLoginEntry, joinLogins } from '../../../../src/adapters/registry/logins.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { AskHelper } from '../../../../src/domain/oci/credential-helper.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const redactor = new Redactor();
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const good = { auth: base64('robot:secret-of-robot') };

function parse(config: unknown, mark = ''): ReturnType<typeof parseDockerConfig> {
  return parseDockerConfig(mark + JSON.stringify(config), 'config.json', redactor);
}

function passwordFor(logins: ReturnType<typeof parseDockerConfig>, host: string): string | undefined {
  return findLoginEntry(logins, host, 'a/b')?.login.password.reveal();
}

describe('parseDockerConfig', () => {
  it('reads refresh tokens, and writes them where skopeo looks for them', async () => {
    const logins = parse({ auths: { 'r.example': { auth: base64('x:'), identitytoken: 'refresh-me' } } });
    expect(logins.get('r.example')?.identityToken?.reveal()).toBe('refresh-me');
    expect(JSON.parse(await joinLogins(logins, undefined).authFile('r.example', 'a/b'))).toEqual({
      auths: { 'r.example': { auth: base64('crane:'), identitytoken: 'refresh-me' } },
    });
  });

  it.each(['p\xe4ss', '\xff', 'gr\xfc\xdfe:\x80'])(
    'sends the password %j as it is, which is not UTF-8',
    async (password) => {
      const auth = Buffer.from(`robot:${password}`, 'latin1').toString('base64');
      const logins = parse({ auths: { 'r.example': { auth } } });
      expect(JSON.parse(await joinLogins(logins, undefined).authFile('r.example', 'a/b'))).toEqual({
        auths: { 'r.example': { auth } },
      });
      expect(redactor.redact(`got ${auth}`)).not.toContain(auth);
    },
  );

  it.each([{}, { auths: null }, { auths: {} }, { credsStore: 'desktop' }, { HttpHeaders: { 'User-Agent': 'x' } }])(
    'finds no logins in %j',
    (config) => {
      expect(parse(config).size).toBe(0);
    },
  );

  it.each([
    ['an empty entry', {}],
    ['an entry that is null', null],
    ['an email alone', { email: 'a@b.example' }],
    ['a token of Docker alone', { registrytoken: 'x' }],
    ['an empty login', { auth: '', username: '', password: '', identitytoken: '' }],
  ])('takes %s as no login', (_name, entry) => {
    const logins = parse({ auths: { 'ghcr.io': entry, 'r.example': good }, credsStore: 'desktop' });
    expect([...logins.keys()]).toEqual(['r.example']);
  });

  it.each([
    ['an entry without a colon', { auth: base64('secret-canary') }],
    ['an entry that is not base64', { auth: '§secret-canary' }],
    ['an entry that is no object', 'secret-canary'],
    ['an entry that is a list', ['secret-canary']],
  ])('refuses %s for its own registry alone, without quoting it', async (_name, entry) => {
    const logins = parse({ auths: { 'bad.example': entry, 'r.example': good } });
    expect(passwordFor(logins, 'r.example')).toBe('secret-of-robot');
    const message = refusalOf(() => findLoginEntry(logins, 'bad.example', 'a'));
    expect(message).toContain('reading registry logins config.json');
    expect(message).toContain('bad.example');
    expect(message).not.toContain('secret-canary');
    expect(await joinLogins(logins, undefined).authFile('bad.example', 'a')).toBe('{"auths":{}}');
  });

  it('reads the older .dockercfg, a byte order mark, and fields in any case', () => {
    expect(passwordFor(parse({ 'r.example': { ...good, email: 'x' } }), 'r.example')).toBe('secret-of-robot');
    expect(passwordFor(parse({ auths: { 'r.example': good } }, '\uFEFF'), 'r.example')).toBe('secret-of-robot');
    expect(passwordFor(parse({ Auths: { 'r.example': { Auth: good.auth } } }), 'r.example')).toBe('secret-of-robot');
    expect(passwordFor(parse({ 'r.example': { username: 'u' } }), 'r.example')).toBe('');
  });

  it('prefers a key without a protocol', () => {
    const url = { auth: base64('url:secret-of-url') };
    const auths = { 'r.example': good, 'https://r.example/v2/': url };
    expect(passwordFor(parse({ auths }), 'r.example')).toBe('secret-of-robot');
  });

  it('keeps names that objects have by themselves', () => {
    const text = `{"auths":{"__proto__":${JSON.stringify(good)},"constructor":{}}}`;
    expect([...parseDockerConfig(text, 'config.json', redactor).keys()]).toEqual(['__proto__']);
  });

  it.each([
    ['no JSON', 'auths: secret-canary'],
    ['a list', '["secret-canary"]'],
    ['a list of logins', '{"auths":["secret-canary"]}'],
  ])('refuses %s without quoting it', (_name, text) => {
    const message = refusalOf(() => parseDockerConfig(text, 'config.json', redactor));
    expect(message).toContain('reading registry logins config.json');
    expect(message).not.toContain('secret-canary');
  });
});

describe('readDockerConfig', () => {
  const helpers: Readonly<Record<string, Awaited<ReturnType<AskHelper>>>> = {
    'ecr-login 1.dkr.ecr.example': { username: 'AWS', secret: 'token-of-aws' },
    'acr r.azure.example': { username: '<token>', secret: 'refresh-of-azure' },
    'desktop https://index.docker.io/v1/': { username: 'hub', secret: 'secret-of-hub' },
  };

  function read(config: unknown) {
    const askHelper: AskHelper = (name, server) => {
      if (name === 'broken')
        throw new TaskError('program-missing', 'running docker-credential-broken', { remedy: 'x' });
      return Promise.resolve(helpers[`${name} ${server}`]);
    };
    return readDockerConfig(JSON.stringify(config), { source: 'config.json', redactor, askHelper });
  }

  it('asks the helper of a registry, also where it has another login', async () => {
    const logins = await read({
      auths: { '1.dkr.ecr.example': good },
      credHelpers: { '1.dkr.ecr.example': 'ecr-login', 'r.azure.example': 'acr', 'none.example': 'acr' },
    });
    expect(passwordFor(logins, '1.dkr.ecr.example')).toBe('token-of-aws');
    expect(logins.get('r.azure.example')?.identityToken?.reveal()).toBe('refresh-of-azure');
    expect(logins.has('none.example')).toBe(false);
  });

  it('asks the store for the entries without a login', async () => {
    const auths = { 'https://index.docker.io/v1/': {}, 'r.example': good };
    const logins = await read({ auths, credsStore: 'desktop' });
    expect(passwordFor(logins, 'docker.io')).toBe('secret-of-hub');
    expect(passwordFor(logins, 'r.example')).toBe('secret-of-robot');
  });

  it.each(['broken', '../evil', '', 'a/b', 7])('has no login where the helper is %j', async (name) => {
    const logins = await read({ auths: { 'r.example': good }, credHelpers: { 'h.example': name } });
    expect(passwordFor(logins, 'r.example')).toBe('secret-of-robot');
    expect(() => findLoginEntry(logins, 'h.example', 'a')).toThrow(TaskError);
  });
});
