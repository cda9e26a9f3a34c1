import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readLogins } from '../../../../src/adapters/registry/logins.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const reading = { redactor: new Redactor(), askHelper: () => Promise.resolve(undefined) };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'read-files-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const config = JSON.stringify({ auths: { 'r.example': { username: 'a', password: 'long-secret' } } });

describe('readLogins', () => {
  it.each(['config.json', '.dockerconfigjson', '.dockercfg'])('finds %s in a folder', async (name) => {
    await writeFile(path.join(root, name), config);
    expect([...(await readLogins(root, reading)).keys()]).toEqual(['r.example']);
    expect((await readLogins(path.join(root, name), reading)).size).toBe(1);
  });

  it('has none when nothing is bound, and says what a folder lacks', async () => {
    expect((await readLogins(undefined, reading)).size).toBe(0);
    await expect(readLogins(root, reading)).rejects.toThrow('looking for config.json or .dockerconfigjson');
  });
});
