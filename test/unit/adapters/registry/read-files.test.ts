import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readCaBundle, readLogins } from '../../../../src/adapters/registry/read-files.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'read-files-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;
const config = JSON.stringify({ auths: { 'r.example': { username: 'a', password: 'long-secret' } } });

describe('readCaBundle', () => {
  it('joins all PEM files of a folder, and takes a single file', async () => {
    await writeFile(path.join(root, 'b.pem'), pem('two'));
    await writeFile(path.join(root, 'a.crt'), pem('one'));
    await writeFile(path.join(root, 'key.txt'), 'other');
    expect(await readCaBundle(root)).toBe(`${pem('one')}\n${pem('two')}\n`);
    expect(await readCaBundle(path.join(root, 'a.crt'))).toBe(`${pem('one')}\n`);
  });

  it('is empty when nothing is bound, and refuses what has no certificate', async () => {
    expect(await readCaBundle('')).toBe('');
    await expect(readCaBundle(root)).rejects.toMatchObject({ code: 'invalid-file' });
    await expect(readCaBundle(path.join(root, 'gone'))).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

describe('readLogins', () => {
  it.each(['config.json', '.dockerconfigjson'])('finds %s in a folder', async (name) => {
    await writeFile(path.join(root, name), config);
    expect([...(await readLogins(root, redactor)).keys()]).toEqual(['r.example']);
    expect((await readLogins(path.join(root, name), redactor)).size).toBe(1);
  });

  it('has none when nothing is bound, and says what a folder lacks', async () => {
    expect((await readLogins('', redactor)).size).toBe(0);
    await expect(readLogins(root, redactor)).rejects.toThrow('looking for config.json or .dockerconfigjson');
  });
});
