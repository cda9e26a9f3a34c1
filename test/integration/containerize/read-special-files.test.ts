import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { openPodFiles } from '../../../src/adapters/container-files/open-files.ts';
import { compareListings } from '../../../src/domain/containerize/compare-listings.ts';
import { installPrograms, runAs, runWith } from '../../builders/container-tools.ts';
import { damaging, readAll, sha256, shorten, useAreaScene } from '../../builders/area-scene.ts';

const { scene, area } = useAreaScene();

describe('files that programs write meanwhile', () => {
  it('are told from folders in which others come and go', async () => {
    mkdirSync(path.join(area.folder, 'busy'));
    area.put('busy/log', 'x');
    area.put('still', 'x');
    mkdirSync(path.join(area.folder, 'churn'));
    area.put('churn/kept', 'x');
    const script = 'while :; do echo x >> busy/log; : > churn/t; rm churn/t; done';
    const writer = spawn('sh', ['-c', script], { cwd: area.folder, stdio: 'ignore' });
    const files = await area.open(runWith());
    const before = await files.list(['/area']);
    const { found } = await readAll(files, before.entries);
    const after = await files.list(['/area']);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const { changed, folderOnly } = compareListings(before.entries, after.entries);
    // One that comes and goes can be in both listings.
    const paths = changed.map((entry) => entry.path).filter((each) => each !== '/area/churn/t');
    expect(paths).toEqual(['/area/busy/log']);
    expect(folderOnly.map((entry) => entry.path)).toEqual(['/area/churn']);
    expect(found.get('/area/still')?.hash).toBe(sha256('x'));
  });
});

describe('special content', () => {
  it('of sparse files is whole, their holes are zeros', async () => {
    area.put('sparse', '');
    truncateSync(path.join(area.folder, 'sparse'), 5_000_000);
    appendFileSync(path.join(area.folder, 'sparse'), 'end');
    area.put('empty', '');
    truncateSync(path.join(area.folder, 'empty'), 1_000_000);
    const expected = Buffer.concat([Buffer.alloc(5_000_000), Buffer.from('end')]);
    for (const programs of [undefined, scene.busybox]) {
      const files = await area.open(runWith(programs));
      const { entries } = await files.list(['/area']);
      const { found } = await readAll(files, entries);
      expect(found.get('/area/sparse')?.hash).toBe(sha256(expected));
      expect(found.get('/area/empty')?.hash).toBe(sha256(Buffer.alloc(1_000_000)));
    }
  });

  it('of a sparse file that is too large is left out without being read', async () => {
    area.put('lastlog', '');
    truncateSync(path.join(area.folder, 'lastlog'), 400 * 1024 ** 3);
    const start = Date.now();
    const { entries, notes } = await (await area.open(runWith())).list(['/area']);
    expect(Date.now() - start).toBeLessThan(60_000);
    expect(entries.map((entry) => entry.path)).toEqual(['/area']);
    expect(shorten(notes)).toEqual(['too-large /area/lastlog']);
  });

  it('has its extended attributes, or a note that they are lost', async () => {
    area.put('a', 'x');
    execFileSync('setfattr', ['-n', 'user.origin', '-v', 'here', path.join(area.folder, 'a')]);
    execFileSync('setfattr', ['-n', 'user.folder', '-v', 'too', area.folder]);
    const files = await area.open(runWith());
    const { found } = await readAll(files, (await files.list(['/area'])).entries);
    expect(Buffer.from(found.get('/area/a')?.attributes.get('user.origin') ?? []).toString()).toBe('here');
    expect(Buffer.from(found.get('/area')?.attributes.get('user.folder') ?? []).toString()).toBe('too');
    const poor = await area.open(runWith(scene.busybox));
    expect((await poor.list(['/area'])).notes).toMatchObject([{ path: '/area', reason: 'attributes-lost' }]);
    expect(poor.warnings).toHaveLength(3);
  });
});

describe('another account', () => {
  it('gets notes for what it may not read', async () => {
    area.put('own', 'x');
    area.put('secret', 'y');
    chmodSync(path.join(area.folder, 'secret'), 0o600);
    mkdirSync(path.join(area.folder, 'closed'), { mode: 0o700 });
    area.put('closed/inside', 'z');
    const files = await area.open(runAs(1234));
    const { entries, notes } = await files.list(['/area']);
    expect(shorten(notes)).toEqual(['unreadable /area/closed', 'unreadable /area/secret']);
    const { found, notes: later } = await readAll(files, entries);
    expect([...found.keys()]).toEqual(['/area', '/area/closed', '/area/own']);
    expect(later).toEqual([]);
  });

  it('gets a note for a file that was closed after it was listed', async () => {
    area.put('a', 'x');
    const files = await area.open(runAs(1234));
    const { entries } = await files.list(['/area']);
    chmodSync(path.join(area.folder, 'a'), 0o600);
    expect(shorten((await readAll(files, entries)).notes)).toEqual(['unreadable /area/a']);
  });
});

describe('a container', () => {
  it.each([
    ['no shell', [], 'there is no shell'],
    ['no tar', ['sh', 'find', 'head'], 'missing tar'],
  ])('with %s says so', async (_what, programs, why) => {
    const run = runWith(installPrograms(area.folder, programs));
    await expect(openPodFiles({ run, name: 'the test' })).rejects.toMatchObject({
      code: 'program-missing',
      message: expect.stringContaining(why) as unknown,
      remedy: expect.stringContaining('Mount the claims') as unknown,
    });
  });

  it('without sha256sum sends files that are checked to be complete only', async () => {
    const programs = installPrograms(scene.base, ['sh', 'env', 'find', 'head', 'tar', 'cat']);
    area.put('a', 'x');
    const files = await area.open(runWith(programs));
    expect(files.warnings).toMatchObject([expect.stringContaining('sha256sum')]);
    const { entries } = await files.list(['/area']);
    expect((await readAll(files, entries)).found.get('/area/a')?.hash).toBe(sha256('x'));
    await expect(readAll(await area.open(damaging(runWith(programs), { most: 1000 })), entries)).rejects.toMatchObject({
      code: 'incomplete',
    });
  });

  it('is read without a shell, where commands run here', async () => {
    area.put('a', 'x'.repeat(100_000));
    const run = runWith(installPrograms(scene.base, ['env', 'find', 'tar']));
    const files = await area.open(run, true);
    expect(files.tools.hasShell).toBe(false);
    const { entries } = await files.list(['/area']);
    expect((await readAll(files, entries)).found.get('/area/a')?.hash).toBe(sha256('x'.repeat(100_000)));
    await expect(area.open(runWith(installPrograms(scene.base, ['env', 'find'])), true)).rejects.toMatchObject({
      code: 'program-missing',
      message: expect.stringContaining('GNU tar') as unknown,
    });
  });

  it('is listed without what is mounted in it, what is left out, and what did not change', async () => {
    mkdirSync(path.join(area.folder, 'mounted'));
    mkdirSync(path.join(area.folder, 'left'));
    area.put('left/a', 'x');
    area.put('old', 'x');
    const now = Date.now() / 1000;
    execFileSync('mount', ['-t', 'tmpfs', 'none', path.join(area.folder, 'mounted')]);
    try {
      area.put('mounted/a', 'x');
      const files = await openPodFiles({ run: runWith(), name: 'the test' });
      const { entries, notes } = await files.list([area.folder], { without: [`${area.folder}/left`] });
      expect(entries.map((entry) => path.relative(area.folder, entry.path))).toEqual(['', 'mounted', 'old']);
      expect(shorten(notes)).toEqual([`mount-inside ${area.folder}/mounted`]);
      const both = await files.list([area.folder, `${area.folder}/mounted`]);
      expect(both.entries.map((entry) => path.relative(area.folder, entry.path))).toContain('mounted/a');
      expect(both.notes).toEqual([]);
      expect((await files.list([area.folder], { changedSince: now + 100 })).entries).toEqual([]);
      await expect(files.list([`${area.folder}/nothing`])).rejects.toMatchObject({ code: 'invalid-param' });
    } finally {
      execFileSync('umount', [path.join(area.folder, 'mounted')]);
    }
  });
});
