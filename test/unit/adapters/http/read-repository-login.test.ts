import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readRepositoryLogin } from '../../../../src/adapters/http/read-repository-login.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let scratch: string;
let count = 0;
const redactor = new Redactor();
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'repository-login-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function read(files: Readonly<Record<string, string>>) {
  const folder = join(scratch, String((count += 1)));
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return readRepositoryLogin(folder, redactor);
}

const basic = `Basic ${Buffer.from('me:correct:horse').toString('base64')}`;

describe('the login for a chart repository', () => {
  it.each<[Readonly<Record<string, string>>, string, string | undefined]>([
    [{ username: 'me\n', password: 'correct:horse\r\n' }, basic, undefined],
    [{ token: 'abcdefgh-token' }, 'Bearer abcdefgh-token', undefined],
    [{ username: 'me', password: 'x', token: 'abcdefgh-token' }, 'Bearer abcdefgh-token', undefined],
    [{ username: 'me', password: 'correct:horse', token: '' }, basic, undefined],
    [
      { username: 'me', password: 'correct:horse', url: 'https://charts.test:8443/stable/\n' },
      basic,
      'https://charts.test:8443',
    ],
  ])('of %j is a header', async (files, header, origin) => {
    const login = await read(files);
    expect([login?.authorization.reveal(), login?.origin]).toEqual([header, origin]);
  });

  it('is redacted from then on', async () => {
    await read({ username: 'me', password: 'battery-staple' });
    const encoded = Buffer.from('me:battery-staple').toString('base64');
    expect(redactor.redact(`a battery-staple b ${encoded}`)).toBe('a *** b ***');
  });

  it('is optional', async () => {
    expect(await readRepositoryLogin(undefined, redactor)).toBeUndefined();
  });

  it.each<[Readonly<Record<string, string>>, string]>([
    [{}, 'expected username and password, or token'],
    [{ username: 'me' }, 'expected username and password, or token'],
    [{ username: '', password: 'very-secret' }, 'expected username and password, or token'],
    [{ username: 'a:b', password: 'very-secret' }, 'username has a colon'],
    [{ username: 'me', password: 'very-secret\r\nx: y' }, 'password has control characters'],
    [{ token: 'very-secret', url: 'http://charts.test' }, 'url: expected https://'],
    [{ token: 'very-secret', url: 'charts.test' }, 'url: expected https://'],
  ])('of %j is refused', async (files, message) => {
    const error = await thrownBy(() => read(files));
    expect([error.code, error.message]).toEqual(['invalid-file', expect.stringContaining(message)]);
    expect(error.message).not.toContain('very-secret');
  });

  it('of a file is refused', async () => {
    await writeFile(join(scratch, 'file'), 'me:very-secret');
    const error = await thrownBy(() => readRepositoryLogin(join(scratch, 'file'), redactor));
    expect([error.code, error.message]).toEqual(['invalid-file', expect.stringContaining('expected a folder')]);
  });
});
