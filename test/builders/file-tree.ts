import { execFileSync } from 'node:child_process';
import { chmod, chown, lchown, link, lutimes, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { FileEntry } from '../../src/domain/containerize/file-entry.ts';
import { localReader } from '../fakes/local-reader.ts';

/** A name of 255 bytes, the longest that a file system takes. */
const longName = `${'long-name-'.repeat(25)}12345`;

/**
 * Makes files of every kind that an image can have, with owners, rights and attributes that differ from the usual ones.
 * @param names order in which the names of a folder are made, which is that of the folder in some file systems
 */
export async function makeFileTree(root: string, names: 'forwards' | 'backwards' = 'forwards'): Promise<void> {
  const folder = join(root, 'app-library');
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, longName, longName), { recursive: true });
  const files: readonly (readonly [string, string | Buffer])[] = [
    ['bin/tool', '#!/bin/sh\necho tool\n'],
    ['bin/first-name', 'linked'],
    ['empty-file', ''],
    ['grüße-日本-😀.txt', 'text'],
    [`${longName}/${longName}/file`, 'deep'],
    ['large.bin', Buffer.alloc(700_001, 'abc')],
    ['block.bin', Buffer.alloc(1024, 'x')],
  ];
  for (const [name, content] of names === 'forwards' ? files : files.toReversed())
    await writeFile(join(folder, name), content);
  await symlink('../bin/tool', join(folder, 'link'));
  await symlink(`/${longName}/${longName}`, join(folder, 'long-link'));
  await link(join(folder, 'bin/first-name'), join(folder, 'bin/second-name'));
  await link(join(folder, 'bin/first-name'), join(folder, 'a-name-before'));
  await writeFile(join(folder, 'sparse'), 'start');
  await truncate(join(folder, 'sparse'), 3_000_000);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  setAttributes(join(folder, 'bin/tool'));
  await setRights(folder);
}

async function setRights(folder: string): Promise<void> {
  await chown(join(folder, 'block.bin'), 1_000_740_000, 3_000_000);
  await chown(join(folder, 'bin'), 1000, 100);
  await lchown(join(folder, 'link'), 1000, 100);
  await chmod(join(folder, 'bin/tool'), 0o4755);
  await chmod(join(folder, 'bin'), 0o2750);
  await chmod(join(folder, 'empty'), 0o1777);
  await chmod(join(folder, 'large.bin'), 0o600);
  await lutimes(join(folder, 'large.bin'), 1_700_000_000.5, 1_700_000_000.5);
}

function setAttributes(path: string): void {
  const script = [
    'import os, sys',
    'os.setxattr(sys.argv[1], "user.origin", b"a\\x00b=c\\n")',
    'os.setxattr(sys.argv[1], "security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))',
  ];
  execFileSync('python3', ['-c', script.join('\n'), path]);
}

/** What must be the same in an unpacked image, one line for each file. Links name the first of the names of a file. */
export async function describeTree(root: string, ...paths: readonly string[]): Promise<readonly string[]> {
  const reader = localReader(root, true);
  const entries = await reader.list(...paths);
  const first = new Map<string, string>();
  const lines: string[] = [];
  for await (const { entry, attributes, content } of reader.read(entries)) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    const name = first.get(entry.inode) ?? entry.path;
    first.set(entry.inode, name);
    const values = [...attributes].sort().map(([key, value]) => `${key}=${Buffer.from(value).toString('hex')}`);
    lines.push([...numbersOf(entry), name, ...values, Buffer.concat(pieces).toString('base64')].join(' '));
  }
  return lines;
}

function numbersOf({ path, kind, mode, uid, gid, size, target }: FileEntry): readonly string[] {
  return [path, kind, mode.toString(8), String(uid), String(gid), String(size), target ?? ''];
}
