import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { runWith } from '../../builders/container-tools.ts';
import { compareListings } from '../../../src/domain/containerize/compare-listings.ts';
import { damaging, readAll, sha256, shorten, useAreaScene } from '../../builders/area-scene.ts';

const { scene, area } = useAreaScene();

describe.each([
  ['GNU tools', () => '/usr/bin:/bin'],
  ['busybox', () => scene.busybox],
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
    for (const name of names) area.put(name, name);
    mkdirSync(path.join(area.folder, '--x', 'deep'), { recursive: true });
    area.put('--x/deep/$(id)', 'y');
    writeFileSync(Buffer.concat([Buffer.from(`${area.folder}/`), Uint8Array.of(0xff, 0x78)]), 'invalid');
    const files = await area.open(runWith(programs()));
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
    area.put('run', '#!/bin/sh\n');
    chmodSync(path.join(area.folder, 'run'), 0o4755);
    symlinkSync('/etc/shadow', path.join(area.folder, 'out'));
    symlinkSync('new\nline', path.join(area.folder, 'odd'));
    execFileSync('chown', ['-h', '3000000:7', path.join(area.folder, 'out'), path.join(area.folder, 'run')]);
    chmodSync(path.join(area.folder, 'run'), 0o4755);
    const files = await area.open(runWith(programs()));
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
    execFileSync('mkfifo', [path.join(area.folder, 'fifo')]);
    execFileSync('mknod', [path.join(area.folder, 'null'), 'c', '1', '3']);
    const server = spawn('node', [
      '-e',
      `require('net').createServer().listen(process.argv[1], () => console.log(1))`,
      path.join(area.folder, 'socket'),
    ]);
    await once(server.stdout, 'data');
    const files = await area.open(runWith(programs()));
    const { entries, notes } = await files.list(['/area']);
    server.kill();
    expect(entries.map((entry) => entry.path)).toEqual(['/area', '/area/fifo']);
    expect(shorten(notes)).toEqual(['device /area/null', 'socket /area/socket']);
    expect([...(await readAll(files, entries)).found.keys()]).toEqual(['/area', '/area/fifo']);
  });

  it('have the content of each inode once', async () => {
    area.put('a', 'x'.repeat(100_000));
    for (let index = 0; index < 5000; index += 1)
      linkSync(path.join(area.folder, 'a'), path.join(area.folder, `b${String(index)}`));
    const files = await area.open(runWith(programs()));
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
});

describe.each([
  ['GNU tools', () => '/usr/bin:/bin'],
  ['busybox', () => scene.busybox],
])('files that change, read with %s', (_what, programs) => {
  it('without one that vanished', async () => {
    for (const name of ['a', 'b', 'c']) area.put(name, name);
    const files = await area.open(runWith(programs()));
    const { entries } = await files.list(['/area']);
    rmSync(path.join(area.folder, 'b'));
    rmSync(path.join(area.folder, 'c'));
    const { found, notes } = await readAll(files, entries);
    expect([...found.keys()]).toEqual(['/area', '/area/a']);
    expect(shorten(notes)).toEqual(['vanished /area/b', 'vanished /area/c']);
  });

  it('have the size that was listed, whatever happened since', async () => {
    for (const name of ['grown', 'shrunk', 'link']) area.put(name, 'x'.repeat(1000));
    const files = await area.open(runWith(programs()));
    const before = await files.list(['/area']);
    area.put('grown', 'y'.repeat(200_000));
    area.put('shrunk', 'z');
    rmSync(path.join(area.folder, 'link'));
    symlinkSync('/etc/shadow', path.join(area.folder, 'link'));
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
    for (let index = 0; index < 40; index += 1) area.put(`f${String(index)}`, Buffer.alloc(5000, index));
    const whole = await area.open(runWith(programs()));
    const { entries } = await whole.list(['/area']);
    let length = 0;
    await readAll(await area.open(damaging(runWith(programs()), { onBytes: (bytes) => (length += bytes) })), entries);
    expect(length).toBeGreaterThan(200_000);
    for (let turn = 0; turn < 20; turn += 1) {
      const files = await area.open(damaging(runWith(programs()), { most: Math.floor((length * turn) / 20) }));
      await expect(readAll(files, entries)).rejects.toMatchObject({ code: 'incomplete' });
    }
  });

  it('are read by a sender that remains after its last byte, once its end got lost', async () => {
    area.put('a', 'x'.repeat(100_000));
    const run = runWith(programs());
    const scripts: string[] = [];
    // A node that drops what is under way when the command ends.
    const dropping: typeof run = (command, input) => {
      const script = command[4] ?? '';
      if (script.includes('tar')) scripts.push(script);
      const isLost = script.includes('crane-tasks bytes') && !script.includes('sleep');
      return isLost ? damaging(run, { most: 50_000 })(command, input) : run(command, input);
    };
    const files = await area.open(dropping);
    const { entries } = await files.list(['/area']);
    await expect(readAll(files, entries)).rejects.toMatchObject({ code: 'incomplete' });
    expect((await readAll(files, entries)).found.get('/area/a')?.hash).toBe(sha256('x'.repeat(100_000)));
    expect(scripts.at(-1)).toContain('sleep');
  });

  it('are as complete without a digest, where commands run here', async () => {
    area.put('a', 'x'.repeat(100_000));
    const run = runWith(programs());
    const files = await area.open(run, true);
    const { entries } = await files.list(['/area']);
    expect((await readAll(files, entries)).found.get('/area/a')?.hash).toBe(sha256('x'.repeat(100_000)));
    await expect(readAll(await area.open(damaging(run, { most: 50_000 }), true), entries)).rejects.toMatchObject({
      code: 'incomplete',
    });
  });

  it('with a byte that differs are refused', async () => {
    area.put('a', 'x'.repeat(5000));
    const changing = damaging(runWith(programs()), {
      // The content of the file, in whatever parts the pipe gives it.
      change: (bytes) => {
        const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('xxxxxxxx');
        if (at >= 0) bytes[at] = 0x21;
      },
    });
    const files = await area.open(changing);
    const { entries } = await files.list(['/area']);
    await expect(readAll(files, entries)).rejects.toMatchObject({ code: 'incomplete' });
  });
});
