import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

import { openMountedFiles } from '../../../src/adapters/container-files/open-files.ts';
import { createRunCommand } from '../../../src/adapters/processes/run-command.ts';
import type { RunCommand } from '../../../src/domain/containerize/running-command.ts';
import { readAll, sha256, shorten, useAreaScene } from '../../builders/area-scene.ts';

const { area } = useAreaScene();

/** Runs commands as a container of the image of the tasks does: without a shell, and with this program. */
const run: RunCommand = (command, input) => {
  const [program = '', ...args] = command;
  const words = program === 'crane-tasks' ? [process.execPath, path.resolve('src/cli.ts'), ...args] : command;
  const environment = { PATH: process.env['PATH'] };
  return createRunCommand({ environment, signal: new AbortController().signal })(words, input);
};

/** Changes the bytes that a program sends. */
const damaged: RunCommand = async (command, input) => {
  const running = await run(command, input);
  async function* shorter(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const bytes of running.stdout) yield bytes.length > 600 ? bytes.subarray(0, -512) : bytes;
  }
  return command.includes('files-sender') ? { ...running, stdout: shorter() } : running;
};

it('files come with a proof, their attributes and their holes, and what belongs to the place is named', async () => {
  area.put('a', 'x'.repeat(200_000));
  area.put('new\nline', 'y');
  area.put('hole', '');
  truncateSync(path.join(area.folder, 'hole'), 1024 * 1024);
  execFileSync('setfattr', ['-n', 'user.origin', '-v', 'here', path.join(area.folder, 'a')]);
  execFileSync('setfattr', ['-n', 'trusted.place', '-v', 'there', path.join(area.folder, 'a')]);
  const mounts = new Map([['/area', area.folder]]);
  const files = await openMountedFiles(mounts, { run, name: 'the test', isHelper: true });
  expect(files.warnings).toEqual([]);
  const { entries, notes } = await files.list(['/area']);
  expect(shorten(notes)).toEqual([]);
  const { found } = await readAll(files, entries);
  expect(found.get('/area/a')?.hash).toBe(sha256('x'.repeat(200_000)));
  expect(found.get('/area/new\nline')?.hash).toBe(sha256('y'));
  expect(found.get('/area/hole')?.hash).toBe(sha256(new Uint8Array(1024 * 1024)));
  expect([...(found.get('/area/a')?.attributes.keys() ?? [])]).toEqual(['user.origin']);
  const dropped: string[] = [];
  for await (const file of files.read(entries)) dropped.push(...(file.dropped ?? []));
  expect(dropped).toEqual(['trusted.place']);
  const lossy = await openMountedFiles(mounts, { run: damaged, name: 'the test', isHelper: true });
  await expect(readAll(lossy, entries)).rejects.toMatchObject({ code: 'incomplete' });
});

it('the root folder of another process is read with its paths', async () => {
  area.put('note', 'n');
  const files = await openMountedFiles(new Map([['/', `${area.folder}/`]]), { run, name: 'the test', isHelper: true });
  const { entries } = await files.list(['/']);
  expect(entries.map((entry) => entry.path)).toEqual(['/', '/note']);
  expect((await readAll(files, entries)).found.get('/note')?.hash).toBe(sha256('n'));
  const shallow = await files.list(['/', '/absent'], { isShallow: true });
  expect(shallow.entries.map((entry) => entry.path)).toEqual(['/', '/note']);
});
