import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ensureIdentityFile, ownIdentityFile, readIdentityFile } from '../../../../src/adapters/age/sealing.ts';
import { makeFolder } from '../../../builders/command.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => folder.remove());

describe('the identity of a user', () => {
  it('is where the user keeps configuration', () => {
    expect(ownIdentityFile({ XDG_CONFIG_HOME: '/c', HOME: '/h' })).toBe('/c/crane-tasks/identity');
    expect(ownIdentityFile({ XDG_CONFIG_HOME: '', HOME: '/h' })).toBe('/h/.config/crane-tasks/identity');
    expect(ownIdentityFile({})).toMatch(/\/\.config\/crane-tasks\/identity$/);
  });

  it('is made once, for its owner alone, however many programs ask for it at a time', async () => {
    const file = join(folder.path, 'config', 'crane-tasks', 'identity');
    const keys = await Promise.all(Array.from({ length: 8 }, () => ensureIdentityFile(file, redactor)));
    expect(new Set(keys.map((key) => key.recipient)).size).toBe(1);
    expect((await ensureIdentityFile(file, redactor)).recipient).toBe(keys[0]?.recipient);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder.path, 'config/crane-tasks'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder.path, 'config/crane-tasks'))).toEqual(['identity']);
    expect(await readFile(file, 'utf8')).toMatch(/^# public key: age1\w+\nAGE-SECRET-KEY-1\w+\n$/);
  });

  it('is read from a folder too, as a workspace makes it of a Secret', async () => {
    const made = await ensureIdentityFile(join(folder.path, 'identity'), redactor);
    expect((await readIdentityFile(folder.path, redactor)).recipient).toBe(made.recipient);
  });

  it('is never replaced: a broken one is named', async () => {
    const file = join(folder.path, 'identity');
    await writeFile(file, 'broken');
    expect(await thrownBy(() => ensureIdentityFile(file, redactor))).toMatchObject({ code: 'invalid-file' });
    expect(await readFile(file, 'utf8')).toBe('broken');
  });

  it('names the file that cannot be read or made', async () => {
    expect((await thrownBy(() => readIdentityFile(join(folder.path, 'absent'), redactor))).message).toContain(
      '/absent',
    );
    await writeFile(join(folder.path, 'file'), '');
    const below = join(folder.path, 'file', 'crane-tasks', 'identity');
    expect(await thrownBy(() => ensureIdentityFile(below, redactor))).toMatchObject({ code: 'io-broke' });
    await mkdir(join(folder.path, 'empty'));
    expect(await thrownBy(() => readIdentityFile(join(folder.path, 'empty'), redactor))).toMatchObject({
      code: 'invalid-file',
    });
  });
});
