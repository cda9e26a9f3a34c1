import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  openMountedFiles,
  openPodFiles,
  type ContainerFiles,
} from '../../../src/adapters/container-files/open-files.ts';
import { compareListings } from '../../../src/domain/containerize/compare-listings.ts';
import type { FileEntry, ReadFile, ReadNote } from '../../../src/domain/containerize/file-entry.ts';
import type { RunCommand } from '../../../src/domain/containerize/running-command.ts';
import { installBusybox, installPrograms, runAs, runWith } from '../../builders/container-tools.ts';

let base: string;
let folder: string;
let busybox: string;

beforeAll(() => {
  base = mkdtempSync(path.join(tmpdir(), 'read-files-'));
  chmodSync(base, 0o755);
  busybox = installBusybox(base);
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(path.join(base, 'area-'));
  chmodSync(folder, 0o755);
});

const open = (run: RunCommand): Promise<ContainerFiles> =>
  openMountedFiles(new Map([['/area', folder]]), { run, name: 'the test' });

async function hashOf(content: ReadFile['content']): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of content) hash.update(bytes);
  return hash.digest('hex');
}

async function readAll(files: ContainerFiles, entries: readonly FileEntry[]) {
  const notes: ReadNote[] = [];
  const found = new Map<string, { hash: string; attributes: ReadFile['attributes'] }>();
  for await (const { entry, attributes, content } of files.read(entries, (note) => notes.push(note))) {
    found.set(entry.path, { hash: await hashOf(content), attributes });
  }
  return { found, notes };
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const put = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(folder, name), content);
const shorten = (notes: readonly ReadNote[]): readonly string[] =>
  notes.filter(({ reason }) => reason !== 'attributes-lost').map((note) => `${note.reason} ${note.path}`);

describe.each([
  ['GNU tools', () => '/usr/bin:/bin'],
  ['busybox', () => busybox],
])('files read with %s', (_what, programs) => {
  it('are the same for hostile names', async () => {
    const long = 'é'.repeat(127);
    const names = [
      '-rf',
      'a b',
      'new\nline',
      String.raw`back\nslash`,
      'quote\'"',
      '*?[x]',
      '\u{1F600}',
      '\uFFFD',
      `${long}x`,
      '--checkpoint-action=exec=id',
    ];
    for (const name of names) put(name, name);
    mkdirSync(path.join(folder, '--x', 'deep'), { recursive: true });
    put('--x/deep/$(id)', 'y');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Uint8Array.of(0xff, 0x78)]), 'invalid');
    const files = await open(runWith(programs()));
    const { entries, notes } = await files.list(['/area']);
    const paths = entries.map((entry) => entry.path);
    expect(paths).toEqual(paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(paths).toEqual(expect.arrayContaining(names.map((name) => `/area/${name}`)));
    expect(shorten(notes)).toEqual(['invalid-name /area/\uFFFDx']);
    const { found, notes: later } = await readAll(files, entries);
    expect(later).toEqual([]);
    expect([...found.keys()]).toEqual(paths);
    for (const name of names) expect(found.get(`/area/${name}`)?.hash).toBe(sha256(name));
    expect(found.get('/area/--x/deep/$(id)')?.hash).toBe(sha256('y'));
  });

  it('keep owner, mode and links, and never follow one', async () => {
    put('run', '#!/bin/sh\n');
    chmodSync(path.join(folder, 'run'), 0o4755);
    symlinkSync('/etc/shadow', path.join(folder, 'out'));
    symlinkSync('new\nline', path.join(folder, 'odd'));
    execFileSync('chown', ['-h', '3000000:7', path.join(folder, 'out'), path.join(folder, 'run')]);
    chmodSync(path.join(folder, 'run'), 0o4755);
    const files = await open(runWith(programs()));
    const { entries } = await files.list(['/area']);
    expect(entries).toMatchObject([
      { path: '/area', kind: 'directory' },
      { path: '/area/odd', kind: 'symlink', target: 'new\nline' },
      { path: '/area/out', kind: 'symlink', target: '/etc/shadow', uid: 3_000_000, gid: 7 },
      { path: '/area/run', kind: 'file', mode: 0o4755, uid: 3_000_000, size: 10 },
    ]);
    const { found } = await readAll(files, entries);
    expect(found.get('/area/out')?.hash).toBe(sha256(''));
  });

  it('are without devices and sockets, which are noted', async () => {
    execFileSync('mkfifo', [path.join(folder, 'fifo')]);
    execFileSync('mknod', [path.join(folder, 'null'), 'c', '1', '3']);
    const server = spawn('node', [
      '-e',
      `require('net').createServer().listen(process.argv[1], () => console.log(1))`,
      path.join(folder, 'socket'),
    ]);
    await once(server.stdout, 'data');
    const files = await open(runWith(programs()));
    const { entries, notes } = await files.list(['/area']);
    server.kill();
    expect(entries.map((entry) => entry.path)).toEqual(['/area', '/area/fifo']);
    expect(shorten(notes)).toEqual(['device /area/null', 'socket /area/socket']);
    expect([...(await readAll(files, entries)).found.keys()]).toEqual(['/area', '/area/fifo']);
  });

  it('have the content of each inode once', async () => {
    put('a', 'x'.repeat(100_000));
    for (let index = 0; index < 5000; index += 1)
      linkSync(path.join(folder, 'a'), path.join(folder, `b${String(index)}`));
    const files = await open(runWith(programs()));
    const { entries } = await files.list(['/area']);
    expect(new Set(entries.slice(1).map(({ inode, links }) => `${inode} ${String(links)}`)).size).toBe(1);
    let bytes = 0;
    let count = 0;
    for await (const file of files.read(entries)) {
      for await (const part of file.content) bytes += part.length;
      count += 1;
    }
    expect([count, bytes]).toEqual([5002, 100_000]);
  });

  it('without one that vanished', async () => {
    for (const name of ['a', 'b', 'c']) put(name, name);
    const files = await open(runWith(programs()));
    const { entries } = await files.list(['/area']);
    rmSync(path.join(folder, 'b'));
    rmSync(path.join(folder, 'c'));
    const { found, notes } = await readAll(files, entries);
    expect([...found.keys()]).toEqual(['/area', '/area/a']);
    expect(shorten(notes)).toEqual(['vanished /area/b', 'vanished /area/c']);
  });

  it('have the size that was listed, whatever happened since', async () => {
    for (const name of ['grown', 'shrunk', 'link']) put(name, 'x'.repeat(1000));
    const files = await open(runWith(programs()));
    const before = await files.list(['/area']);
    put('grown', 'y'.repeat(200_000));
    put('shrunk', 'z');
    rmSync(path.join(folder, 'link'));
    symlinkSync('/etc/shadow', path.join(folder, 'link'));
    const { found, notes } = await readAll(files, before.entries);
    expect(shorten(notes)).toEqual([
      'changed-while-read /area/grown',
      'changed-while-read /area/link',
      'changed-while-read /area/shrunk',
    ]);
    expect(found.get('/area/grown')?.hash).toBe(sha256('y'.repeat(1000)));
    expect(found.get('/area/shrunk')?.hash).toBe(sha256(`z${'\0'.repeat(999)}`));
    expect(found.has('/area/link')).toBe(false);
    const { changed, folderOnly } = compareListings(before.entries, (await files.list(['/area'])).entries);
    expect(changed.map((entry) => entry.path)).toEqual(['/area/grown', '/area/link', '/area/shrunk']);
    expect(folderOnly.map((entry) => entry.path).every((each) => each === '/area')).toBe(true);
  });

  it('end with an error wherever the stream is cut', async () => {
    for (let index = 0; index < 40; index += 1) put(`f${String(index)}`, Buffer.alloc(5000, index));
    const whole = await open(runWith(programs()));
    const { entries } = await whole.list(['/area']);
    let length = 0;
    await readAll(await open(cutting(runWith(programs()), Infinity, (bytes) => (length += bytes))), entries);
    expect(length).toBeGreaterThan(200_000);
    for (let turn = 0; turn < 20; turn += 1) {
      const files = await open(cutting(runWith(programs()), Math.floor((length * turn) / 20)));
      await expect(readAll(files, entries)).rejects.toMatchObject({ code: 'incomplete' });
    }
  });

  it('with a byte that differs are refused', async () => {
    put('a', 'x'.repeat(5000));
    const changing = cutting(
      runWith(programs()),
      Infinity,
      () => 0,
      (bytes) => {
        if (bytes.length > 3000) bytes[2000] = 0x21;
      },
    );
    const files = await open(changing);
    const { entries } = await files.list(['/area']);
    await expect(readAll(files, entries)).rejects.toMatchObject({ code: 'incomplete' });
  });
});

/** Loses what comes after so many bytes of a stream of tar, and says nothing about it. */
function cutting(
  run: RunCommand,
  most: number,
  onBytes: (count: number) => void = () => undefined,
  change: (bytes: Uint8Array) => void = () => undefined,
): RunCommand {
  return async (command, input) => {
    const running = await run(command, input);
    if (!command.some((argument) => argument.includes('crane-tasks status'))) return running;
    async function* cut(): AsyncGenerator<Uint8Array, void, undefined> {
      let left = most;
      for await (const bytes of running.stdout) {
        onBytes(bytes.length);
        change(bytes);
        const part = bytes.subarray(0, left);
        left -= part.length;
        if (part.length > 0) yield part;
      }
    }
    return { ...running, stdout: cut() };
  };
}

describe('files that programs write meanwhile', () => {
  it('are told from folders in which others come and go', async () => {
    mkdirSync(path.join(folder, 'busy'));
    put('busy/log', 'x');
    put('still', 'x');
    mkdirSync(path.join(folder, 'churn'));
    put('churn/kept', 'x');
    const script = 'while :; do echo x >> busy/log; : > churn/t; rm churn/t; done';
    const writer = spawn('sh', ['-c', script], { cwd: folder, stdio: 'ignore' });
    const files = await open(runWith());
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
    put('sparse', '');
    truncateSync(path.join(folder, 'sparse'), 5_000_000);
    appendFileSync(path.join(folder, 'sparse'), 'end');
    put('empty', '');
    truncateSync(path.join(folder, 'empty'), 1_000_000);
    const expected = Buffer.concat([Buffer.alloc(5_000_000), Buffer.from('end')]);
    for (const programs of [undefined, busybox]) {
      const files = await open(runWith(programs));
      const { entries } = await files.list(['/area']);
      const { found } = await readAll(files, entries);
      expect(found.get('/area/sparse')?.hash).toBe(sha256(expected));
      expect(found.get('/area/empty')?.hash).toBe(sha256(Buffer.alloc(1_000_000)));
    }
  });

  it('of a sparse file that is too large is left out without being read', async () => {
    put('lastlog', '');
    truncateSync(path.join(folder, 'lastlog'), 400 * 1024 ** 3);
    const start = Date.now();
    const { entries, notes } = await (await open(runWith())).list(['/area']);
    expect(Date.now() - start).toBeLessThan(60_000);
    expect(entries.map((entry) => entry.path)).toEqual(['/area']);
    expect(shorten(notes)).toEqual(['too-large /area/lastlog']);
  });

  it('has its extended attributes, or a note that they are lost', async () => {
    put('a', 'x');
    execFileSync('setfattr', ['-n', 'user.origin', '-v', 'here', path.join(folder, 'a')]);
    execFileSync('setfattr', ['-n', 'user.folder', '-v', 'too', folder]);
    const files = await open(runWith());
    const { found } = await readAll(files, (await files.list(['/area'])).entries);
    expect(Buffer.from(found.get('/area/a')?.attributes.get('user.origin') ?? []).toString()).toBe('here');
    expect(Buffer.from(found.get('/area')?.attributes.get('user.folder') ?? []).toString()).toBe('too');
    const poor = await open(runWith(busybox));
    expect((await poor.list(['/area'])).notes).toMatchObject([{ path: '/area', reason: 'attributes-lost' }]);
    expect(poor.warnings).toHaveLength(3);
  });
});

describe('another account', () => {
  it('gets notes for what it may not read', async () => {
    put('own', 'x');
    put('secret', 'y');
    chmodSync(path.join(folder, 'secret'), 0o600);
    mkdirSync(path.join(folder, 'closed'), { mode: 0o700 });
    put('closed/inside', 'z');
    const files = await open(runAs(1234));
    const { entries, notes } = await files.list(['/area']);
    expect(shorten(notes)).toEqual(['unreadable /area/closed', 'unreadable /area/secret']);
    const { found, notes: later } = await readAll(files, entries);
    expect([...found.keys()]).toEqual(['/area', '/area/closed', '/area/own']);
    expect(later).toEqual([]);
  });

  it('gets a note for a file that was closed after it was listed', async () => {
    put('a', 'x');
    const files = await open(runAs(1234));
    const { entries } = await files.list(['/area']);
    chmodSync(path.join(folder, 'a'), 0o600);
    expect(shorten((await readAll(files, entries)).notes)).toEqual(['unreadable /area/a']);
  });
});

describe('a container', () => {
  it.each([
    ['no shell', [], 'there is no shell'],
    ['no tar', ['sh', 'find', 'head'], 'missing tar'],
  ])('with %s says so', async (_what, programs, why) => {
    const run = runWith(installPrograms(folder, programs));
    await expect(openPodFiles({ run, name: 'the test' })).rejects.toMatchObject({
      code: 'program-missing',
      message: expect.stringContaining(why) as unknown,
      remedy: expect.stringContaining('Mount the claims') as unknown,
    });
  });

  it('without sha256sum sends files that are checked to be complete only', async () => {
    const programs = installPrograms(base, ['sh', 'env', 'find', 'head', 'tar', 'cat']);
    put('a', 'x');
    const files = await open(runWith(programs));
    expect(files.warnings).toMatchObject([expect.stringContaining('sha256sum')]);
    const { entries } = await files.list(['/area']);
    expect((await readAll(files, entries)).found.get('/area/a')?.hash).toBe(sha256('x'));
    await expect(readAll(await open(cutting(runWith(programs), 1000)), entries)).rejects.toMatchObject({
      code: 'incomplete',
    });
  });

  it('is listed without what is mounted in it, what is left out, and what did not change', async () => {
    mkdirSync(path.join(folder, 'mounted'));
    mkdirSync(path.join(folder, 'left'));
    put('left/a', 'x');
    put('old', 'x');
    const now = Date.now() / 1000;
    execFileSync('mount', ['-t', 'tmpfs', 'none', path.join(folder, 'mounted')]);
    try {
      put('mounted/a', 'x');
      const files = await openPodFiles({ run: runWith(), name: 'the test' });
      const { entries, notes } = await files.list([folder], { without: [`${folder}/left`] });
      expect(entries.map((entry) => path.relative(folder, entry.path))).toEqual(['', 'mounted', 'old']);
      expect(shorten(notes)).toEqual([`mount-inside ${folder}/mounted`]);
      const both = await files.list([folder, `${folder}/mounted`]);
      expect(both.entries.map((entry) => path.relative(folder, entry.path))).toContain('mounted/a');
      expect(both.notes).toEqual([]);
      expect((await files.list([folder], { changedSince: now + 100 })).entries).toEqual([]);
      await expect(files.list([`${folder}/nothing`])).rejects.toMatchObject({ code: 'invalid-param' });
    } finally {
      execFileSync('umount', [path.join(folder, 'mounted')]);
    }
  });
});
