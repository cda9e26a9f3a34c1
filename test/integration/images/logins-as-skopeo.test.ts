import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseDockerConfig } from '../../../src/adapters/registry/docker-config.ts';
import { findLoginEntry } from '../../../src/adapters/registry/logins.ts';
import { Redactor } from '../../../src/domain/core/secret.ts';

const auth = (user: string, password = 'b'): object => ({
  auth: Buffer.from(`${user}:${password}`).toString('base64'),
});
const text = JSON.stringify({
  auths: {
    'https://port.example:443/v1/': auth('port'),
    'http://url.example/team': auth('url'),
    'path.example/team': auth('path'),
    'both.example': auth('host'),
    'both.example/team/web': auth('web'),
    'https://index.docker.io/v1/': auth('hub'),
    'padded.example': auth('padded', 'secret\0\0\0'),
    'case.example': { Auth: Buffer.from('case:b').toString('base64') },
    'twice.example': { ...auth('auth'), username: 'name', password: 'q' },
    'nameless.example': auth(''),
    'UPPER.example': auth('upper'),
    '[::1]:5000': auth('ipv6'),
    'localhost:5000': auth('local'),
    'https://https.example/v2/': auth('v2'),
    'deep.example/a/b': auth('deep'),
    'colon.example': auth('colon', 'a:b:c'),
  },
});
const logins = parseDockerConfig(text, 'config.json', new Redactor());
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'logins-'));
  await writeFile(path.join(folder, 'config.json'), text);
});

afterAll(() => rm(folder, { recursive: true }));

async function askSkopeo(place: string): Promise<string> {
  const args = ['login', '--get-login', `--authfile=${folder}/config.json`, place];
  const { exitCode, stdout } = await execa('skopeo', args, { reject: false });
  return exitCode === 0 ? stdout : '';
}

function find(place: string): string {
  const [host = '', ...rest] = place.split('/');
  try {
    return findLoginEntry(logins, host, rest.join('/'))?.login.username ?? '';
  } catch {
    return '';
  }
}

describe('a login of a Docker config', () => {
  it.each([
    ['port.example:443', 'port'],
    ['port.example', ''],
    ['url.example', 'url'],
    ['url.example/other', 'url'],
    ['path.example', ''],
    ['path.example/team/web', 'path'],
    ['path.example/teams', ''],
    ['both.example/team', 'host'],
    ['both.example/team/web', 'web'],
    ['docker.io', 'hub'],
    ['padded.example', 'padded'],
    ['case.example', 'case'],
    ['twice.example', 'auth'],
    ['nameless.example', ''],
    ['upper.example', ''],
    ['[::1]:5000', 'ipv6'],
    ['localhost:5000', 'local'],
    ['localhost', ''],
    ['https.example', 'v2'],
    ['deep.example/a/b/c', 'deep'],
    ['deep.example/a/bc', ''],
    ['colon.example', 'colon'],
  ])('for %s is that of skopeo: %j', async (place, user) => {
    expect([find(place), await askSkopeo(place)]).toEqual([user, user]);
  });

  it('has no bytes that fill it up', () => {
    expect(findLoginEntry(logins, 'padded.example', '')?.login.password.reveal()).toBe('secret');
  });
});
