import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { unpackArchive, type UnpackedArchive } from '../../../../src/adapters/archives/unpack-archive.ts';
import { makeTar, octal, paxPart } from '../../../builders/tar-archive.ts';
import { makeZip } from '../../../builders/zip-archive.ts';

const gibibyte = 1024 ** 3;
let dir: string;
let work: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'unpack-'));
  work = path.join(dir, 'work');
  mkdirSync(work);
});
afterEach(() => rmSync(dir, { recursive: true }));

function unpack(archive = 'archive'): Promise<UnpackedArchive> {
  const limits = { bytes: 20 * gibibyte, entries: 100_000, ratio: 1000 };
  const { signal } = new AbortController();
  return unpackArchive({ folder: work, archive, target: 'app', limits, environment: process.env, signal });
}

function unpackBytes(bytes: Uint8Array): Promise<UnpackedArchive> {
  writeFileSync(path.join(work, 'archive'), bytes);
  return unpack();
}

function tree(): readonly string[] {
  const entries = readdirSync(path.join(work, 'app'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(path.join(work, 'app'), path.join(entry.parentPath, entry.name)))
    .sort();
}

function makeSource(): string {
  const source = path.join(dir, 'source');
  mkdirSync(path.join(source, 'top/src/é'), { recursive: true });
  mkdirSync(path.join(source, 'top/empty'));
  writeFileSync(path.join(source, 'top/.x'), 'hidden');
  writeFileSync(path.join(source, 'top/run.sh'), 'run', { mode: 0o755 });
  writeFileSync(path.join(source, 'top/src/é', `${'n'.repeat(150)}.txt`), 'x'.repeat(70_000));
  symlinkSync('src/é', path.join(source, 'top/link'));
  return source;
}

describe('an archive of each type', () => {
  it.each([
    ['tar', 'tar', ['-cf']],
    ['tgz', 'tar', ['-czf']],
    ['tbz', 'tar', ['-cjf']],
    ['txz', 'tar', ['-cJf']],
    ['tar', 'tar', ['--format=posix', '-cf']],
    ['tar', 'tar', ['--format=gnu', '-cf']],
    ['zip', 'zip', ['-qry']],
  ])('gives the same tree: %s made by %s %j', async (type, program, options) => {
    const source = makeSource();
    const file = path.join(work, 'no-name.bin');
    if (program === 'zip') {
      await execa('zip', [...options, `${file}.zip`, 'top'], { cwd: source });
      await execa('mv', [`${file}.zip`, file]);
    } else await execa('tar', [...options, file, 'top'], { cwd: source });
    expect(await unpack('no-name.bin')).toMatchObject({ type, files: 3, links: 1, top: 'top' });
    await execa('diff', ['-r', path.join(source, 'top'), path.join(work, 'app')]);
    expect(statSync(path.join(work, 'app/run.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(path.join(work, 'app/empty')).isDirectory()).toBe(true);
  });

  it('replaces what an earlier run has unpacked', async () => {
    await unpackBytes(makeTar([{ name: 'a', content: '1' }]));
    await unpackBytes(makeTar([{ name: 'b', content: '2' }]));
    expect(tree()).toEqual(['b']);
    expect(readdirSync(work).sort()).toEqual(['app', 'archive']);
  });
});

describe('the folder at the top', () => {
  it.each([
    [
      'of a GitHub archive',
      [paxPart({ comment: 'f00' }, 'g'), { name: 'shop-1/', type: '5' }, { name: 'shop-1/a' }],
      ['a'],
    ],
    ['of tar -c .', [{ name: './', type: '5' }, { name: './a' }, { name: './b/c' }], ['a', 'b/c']],
    ['of tar -c . with one folder', [{ name: './', type: '5' }, { name: './top/a' }], ['a']],
    ['of Finder', [{ name: 'top/a' }, { name: '__MACOSX/top/._a' }, { name: '.DS_Store' }], ['a']],
    ['that is hidden', [{ name: '.top/a' }, { name: '.top/.b' }], ['.b', 'a']],
    ['with a file beside it', [{ name: 'top/a' }, { name: 'b' }], ['b', 'top/a']],
    ['with an unpacked global header', [{ name: 'pax_global_header' }, { name: 'top/a' }], ['a']],
    ['which is the only one of two', [{ name: 'top/in/a' }], ['in/a']],
  ] as const)('%s is left out when it is alone', async (_, parts, expected) => {
    await unpackBytes(makeTar(parts));
    expect(tree()).toEqual(expected);
  });

  it('is left out of the targets of hard links too', async () => {
    await unpackBytes(
      makeTar([
        { name: 'top/a', content: 'x' },
        { name: 'top/b', type: '1', linkName: 'top/a' },
      ]),
    );
    expect(statSync(path.join(work, 'app/b')).ino).toBe(statSync(path.join(work, 'app/a')).ino);
  });
});

describe('a sparse file', () => {
  const content = Buffer.concat([
    Buffer.from('head'),
    Buffer.alloc(2_000_000),
    Buffer.from('middle'),
    Buffer.alloc(3_000_000),
  ]);

  it.each([
    ['gnu', []],
    ['posix', ['--sparse-version=0.0']],
    ['posix', ['--sparse-version=0.1']],
    ['posix', ['--sparse-version=1.0']],
  ])('of GNU tar has its content: %s %j', async (format, options) => {
    const file = path.join(dir, 'sparse');
    const descriptor = openSync(file, 'w');
    ftruncateSync(descriptor, content.length);
    writeSync(descriptor, 'head', 0);
    writeSync(descriptor, 'middle', 2_000_004);
    closeSync(descriptor);
    const args = [
      '--sparse',
      '--hole-detection=raw',
      `--format=${format}`,
      ...options,
      '-cf',
      path.join(work, 'archive'),
    ];
    await execa('tar', [...args, '-C', dir, 'sparse']);
    expect(statSync(path.join(work, 'archive')).size).toBeLessThan(1_000_000);
    await unpack();
    expect(readFileSync(path.join(work, 'app/sparse')).equals(content)).toBe(true);
  });

  it('of the old form can have more pieces than its header', async () => {
    const pieces = Array.from({ length: 60 }, (_, index) => [index * 1000, 1] as const);
    const block = (list: readonly (readonly [number, number])[], length: number): Buffer =>
      Buffer.concat([
        ...list.map(([offset, size]) => Buffer.from(octal(offset, 12) + octal(size, 12))),
        Buffer.alloc(length),
      ]).subarray(0, length);
    const first = block(pieces.slice(0, 4), 96);
    const blocks = [pieces.slice(4, 25), pieces.slice(25, 46), pieces.slice(46)].map((list, index) => {
      const bytes = Buffer.concat([block(list, 504), Buffer.alloc(8)]);
      bytes[504] = index < 2 ? 1 : 0;
      return bytes;
    });
    const header = (bytes: Buffer): void => {
      first.copy(bytes, 386);
      bytes[482] = 1;
      bytes.write(octal(60_000, 12), 483);
    };
    const text = 'x'.repeat(60);
    const parts = makeTar(
      [{ name: 's', type: 'S', size: 60, header }],
      Buffer.concat([...blocks, Buffer.from(text.padEnd(512, '\0')), Buffer.alloc(1024)]),
    );
    await unpackBytes(parts);
    const found = readFileSync(path.join(work, 'app/s'));
    expect(found.length).toBe(60_000);
    expect(pieces.every(([offset]) => found[offset] === 0x78)).toBe(true);
  });

  it('of 9 GiB that only pax tells is understood', async () => {
    const size = 9 * gibibyte;
    await unpackBytes(
      makeTar([
        paxPart({ 'GNU.sparse.size': String(size), 'GNU.sparse.map': `${String(size - 4)},4` }),
        { name: 'x', content: 'last' },
      ]),
    );
    expect(statSync(path.join(work, 'app/x')).size).toBe(size);
  });
});

describe('names in a zip', () => {
  const name = 'grün/é.txt';
  const cp437 = Buffer.from([0x67, 0x72, 0x81, 0x6e, 0x2f, 0x82, 0x2e, 0x74, 0x78, 0x74]);

  it.each([
    ['UTF-8 with its flag', { name, flags: 0x800 }],
    ['UTF-8 without a flag', { name }],
    ['code page 437', { name: cp437, madeBy: 0 }],
    ['a Unicode field', { name: Buffer.from('gr?n/?.txt'), unicodeName: name }],
    ['Windows with backslashes', { name: Buffer.from(cp437.map((byte) => (byte === 0x2f ? 0x5c : byte))), madeBy: 0 }],
  ])('give the same tree: %s', async (_, part) => {
    await unpackBytes(makeZip([part, { name: 'beside' }]));
    expect(tree()).toEqual(['beside', name]);
  });

  it('may be more than 65,535, but not in part', async () => {
    const parts = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    await expect(unpackBytes(makeZip(parts, 2))).rejects.toThrow('more entries');
  });

  it('may have 4 GiB and more only with zip64 fields, which macOS leaves out', async () => {
    const archive = makeZip([{ name: 'a', method: 0 }, { name: 'b' }]);
    const second = archive.indexOf('PK\u0003\u0004', 4, 'latin1');
    // The content of the first entry gets 4 GiB more, as a hole; sizes and offsets keep their lower 32 bits.
    const file = openSync(path.join(work, 'archive'), 'w');
    writeSync(file, archive, 0, second, 0);
    writeSync(file, archive, second, archive.length - second, 4 * gibibyte + second);
    closeSync(file);
    await expect(unpack()).rejects.toThrow('missing zip64 fields');
    expect(readdirSync(work)).toEqual(['archive']);
  });

  it('of folders may have a size', async () => {
    await unpackBytes(makeZip([{ name: 'd/', mode: 0o040755, content: '' }, { name: 'd/x' }, { name: 'y' }]));
    expect(tree()).toEqual(['d/x', 'y']);
  });
});

describe('rights of the tree', () => {
  const entries = [{ name: 'd/', mode: 0o040700, content: '' }, { name: 'd/x', mode: 0o100600 }, { name: 'y' }];
  const modes = () =>
    ['.', 'd', 'd/x'].map((file) => (statSync(path.join(work, 'app', file)).mode & 0o7777).toString(8));

  it('are those of the archive on a volume of one user', async () => {
    chmodSync(work, 0o755);
    await unpackBytes(makeZip(entries));
    expect(modes()).toEqual(['755', '700', '600']);
  });

  it('are those of the owner for the group of a volume that the group can write to, as with fsGroup', async () => {
    chmodSync(work, 0o2775);
    await unpackBytes(makeZip(entries));
    expect(modes()).toEqual(['2775', '2770', '660']);
  });
});
