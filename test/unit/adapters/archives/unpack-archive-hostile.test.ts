import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { unpackArchive } from '../../../../src/adapters/archives/unpack-archive.ts';
import { makeTar, octal, paxPart, type TarPart } from '../../../builders/tar-archive.ts';
import { makeZip, type ZipPart } from '../../../builders/zip-archive.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const limits = { bytes: 1024 * 1024 * 1024, entries: 200, ratio: 100 };
let outside: string;
let folder: string;

beforeAll(() => {
  outside = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  folder = path.join(outside, 'work');
});
afterAll(() => rmSync(outside, { recursive: true }));

const file = (name: string, more: Partial<TarPart> = {}): TarPart => ({ name, content: 'text', ...more });
const link = (name: string, linkName: string, type = '2'): TarPart => ({ name, linkName, type });
const many = (count: number): readonly TarPart[] =>
  Array.from({ length: count }, (_, index) => file(`f${String(index)}`));

const tars: Readonly<Record<string, readonly TarPart[]>> = {
  'parent folder': [file('../x')],
  'parent folder below': [file('a/../../x')],
  'parent folder that stays inside': [file('a/../x')],
  'parent folder at the end': [{ name: 'a/..', type: '5' }],
  'absolute path': [file('/tmp/hostile-x')],
  'drive letter': [file('C:\\x'), file('C:/x')],
  'parent folder for Windows': [file('..\\x')],
  'parent folder in a long name': [{ name: 'L', type: 'L', content: '../x\0' }, file('y')],
  'parent folder in pax': [paxPart({ path: '../x' }), file('y')],
  'parent folder in a ustar prefix': [file('x', { header: (block) => void block.write('..', 345) })],
  'no name': [file('')],
  'name of the root': [file('./')],
  'newline in a name': [file('a\nb')],
  'escape sequence in a name': [file('a\u001B[2Jb')],
  'zero in a pax name': [paxPart({ path: 'a\0b' }), file('y')],
  'name that is not UTF-8': [file('x', { header: (block) => void (block[0] = 0xff) })],
  'text direction': [file('a\u202Egpj.exe')],
  'name that looks like dots': [file('\u2024\u2024/x')],
  'name that looks like a slash': [file('a\uFF0F..\uFF0Fx')],
  'ignorable character': [file('a'), file('a\u200D')],
  'only an ignorable character': [file('\u200B')],
  'symlink out': [link('l', '../x')],
  'symlink out below': [link('a/l', '../../x')],
  'absolute symlink': [link('l', '/etc/passwd')],
  'file through a symlink': [link('l', '.'), file('l/x')],
  'file through a symlink that comes later': [file('l/x'), link('l', '.')],
  'file over a symlink': [link('l', 'x'), file('l')],
  'symlink over a file': [file('l'), link('l', 'x')],
  'folder over a symlink': [link('l', 'x'), { name: 'l', type: '5' }],
  'chain of links': [{ name: 'd/e', type: '5' }, link('d/up', '..'), link('l', 'd/e/../../d/up/../x')],
  'chain of folder links': [{ name: 'a/b', type: '5' }, link('c', 'a/b'), link('e', 'c/../../../x')],
  'link through a missing folder': [file('f'), link('l', 'none/../../x')],
  'empty target': [link('l', '')],
  'hard link out': [link('l', '../x', '1')],
  'absolute hard link': [link('l', '/etc/passwd', '1')],
  'hard link to nothing': [link('l', 'x', '1')],
  'hard link relative to its folder': [file('a/x'), file('y'), link('a/l', 'x', '1')],
  'hard link to a symlink': [file('x'), link('s', 'x'), link('l', 's', '1')],
  'hard link through a symlink': [file('a/x'), file('y'), link('s', 'a'), link('l', 's/x', '1')],
  'hard link to itself': [link('l', 'l', '1')],
  'hard link to a folder': [{ name: 'd', type: '5' }, file('y'), link('l', 'd', '1')],
  'file over a hard link': [file('x'), link('l', 'x', '1'), file('l')],
  'character device': [{ name: 'd', type: '3' }],
  'block device': [{ name: 'd', type: '4' }],
  'named pipe': [{ name: 'd', type: '6' }],
  'unknown type': [{ name: 'd', type: 'Z' }],
  'part of a backup': [{ name: 'd', type: 'D' }],
  'same name twice': [file('x'), file('x')],
  'same name in two forms': [file('x'), file('./x')],
  'names that differ in case': [file('README'), file('readme')],
  'folders that differ in case': [file('Lib/a'), file('lib/b')],
  'names that differ in Unicode form': [file('caf\u00E9'), file('cafe\u0301')],
  'file and folder': [file('x'), file('x/y')],
  'too many entries': many(201),
  'too many folders': [paxPart({ path: `${'d/'.repeat(150)}x` }), file('y'), ...many(60)],
  'too deep': [paxPart({ path: `${'d/'.repeat(300)}x` }), file('y')],
  'too long a name': [paxPart({ path: 'n'.repeat(300) }), file('y')],
  'size above the limit': [file('x', { size: 2 ** 32 })],
  'size above the limit in pax': [paxPart({ size: String(2 ** 40) }), file('x')],
  'sparse file above the limit': [paxPart({ 'GNU.sparse.size': String(2 ** 50), 'GNU.sparse.map': '0,4' }), file('x')],
  'sparse map outside': [paxPart({ 'GNU.sparse.size': '10', 'GNU.sparse.map': '8,4' }), file('x')],
  'sparse map that overlaps': [paxPart({ 'GNU.sparse.size': '10', 'GNU.sparse.map': '0,2,1,2' }), file('x')],
  'sparse map with too little content': [paxPart({ 'GNU.sparse.size': '10', 'GNU.sparse.map': '0,2' }), file('x')],
  'unknown sparse form': [paxPart({ 'GNU.sparse.major': '9', 'GNU.sparse.minor': '0' }), file('x')],
  'negative size': [file('x', { header: (block) => void block.fill(0xff, 124, 136) })],
  'size that is no number': [file('x', { header: (block) => void block.write('99999999999', 124) })],
  'pax record with a wrong length': [{ name: 'P', type: 'x', content: '99 path=x\n' }, file('y')],
  'pax size that is no number': [paxPart({ size: '1e3' }), file('x')],
  'global path': [paxPart({ path: 'x' }, 'g'), file('y')],
  'folder with hidden content': [{ name: 'd', type: '5', content: 'x'.repeat(600) }, file('y')],
  'extended header at the end': [file('x'), paxPart({ path: 'y' })],
};

const zips: Readonly<Record<string, readonly ZipPart[]>> = {
  'parent folder': [{ name: '../x' }],
  'absolute path': [{ name: '/tmp/hostile-x' }],
  'parent folder for Windows': [{ name: '..\\x', madeBy: 0 }],
  'parent folder in the Unicode field': [{ name: 'x', unicodeName: '../x' }],
  'symlink out': [{ name: 'l', mode: 0o120777, content: '../../x' }],
  'file through a symlink': [{ name: 'l', mode: 0o120777, content: '.' }, { name: 'l/x' }],
  'file over a symlink': [{ name: 'l', mode: 0o120777, content: 'x' }, { name: 'l' }],
  device: [{ name: 'd', mode: 0o060644 }],
  'same name twice': [{ name: 'x' }, { name: 'x' }],
  'names that differ in case': [{ name: 'X' }, { name: 'x' }],
  'other name in the content': [{ name: 'x', localName: 'y' }],
  'size that is too small': [{ name: 'x', content: 'long text', size: 2 }],
  'size that is too large': [{ name: 'x', content: 'text', size: 100 }],
  'wrong checksum': [{ name: 'x', crc: 1 }],
  encrypted: [{ name: 'x', flags: 1 }],
  'unknown compression': [{ name: 'x', method: 99 }],
  'same content twice': [
    { name: 'x', content: 'text' },
    { name: 'y', content: 'text', sameAsFirst: true },
  ],
};

/** Types of tar entries as modes of Unix, which zips have in their external attributes. */
const modes: Readonly<Record<string, number>> = {
  '2': 0o120777,
  '3': 0o020644,
  '4': 0o060644,
  '5': 0o040755,
  '6': 0o010644,
};

/** The same entries in a zip; undefined where a zip has nothing like them, such as hard links and extended headers. */
function asZip(parts: readonly TarPart[]): readonly ZipPart[] | undefined {
  const hasOwnForm = ({ type = '0', header, size }: TarPart): boolean =>
    (type !== '0' && modes[type] === undefined) || header !== undefined || size !== undefined;
  if (parts.some(hasOwnForm)) return undefined;
  return parts.map(({ name = '', type = '0', content, linkName }) => {
    const bytes = content === undefined ? '' : Buffer.from(content).toString('latin1');
    const folder = type === '5' && !name.endsWith('/') ? '/' : '';
    return { name: name + folder, mode: modes[type] ?? 0o100644, content: linkName ?? bytes, flags: 0x800 };
  });
}

/** In a zip, a name with a slash at its end is a folder, whose size does not count. */
const rightInZips: ReadonlySet<string> = new Set(['name of the root', 'folder with hidden content']);

const ownForms = Object.fromEntries(
  Object.entries(tars).flatMap(([name, parts]) => {
    const zip = rightInZips.has(name) ? undefined : asZip(parts);
    return zip === undefined ? [] : [[name, zip]];
  }),
);

async function unpack(bytes: Uint8Array): Promise<unknown> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'archive'), bytes);
  const { signal } = new AbortController();
  return unpackArchive({ folder, archive: 'archive', target: 'app', limits, environment: process.env, signal });
}

async function expectRefusal(bytes: Uint8Array): Promise<void> {
  const error = await thrownBy(() => unpack(bytes));
  expect(error.code).toBe('invalid-file');
  expect(readdirSync(folder)).toEqual(['archive']);
  expect(readdirSync(outside)).toEqual(['work']);
  expect(existsSync('/tmp/hostile-x')).toBe(false);
}

describe('an archive that is refused, with nothing written', () => {
  it.each(Object.keys(tars))('tar: %s', async (name) => {
    await expectRefusal(makeTar(tars[name] ?? []));
  });

  it.each(Object.keys(zips))('zip: %s', async (name) => {
    await expectRefusal(makeZip(zips[name] ?? []));
  });

  it.each(Object.keys(ownForms))('zip with the entries of the tar: %s', async (name) => {
    await expectRefusal(makeZip(ownForms[name] ?? []));
  });

  it('zip with a bomb inside', async () => {
    await expectRefusal(makeZip([{ name: 'x', content: '0'.repeat(80 * 1024 * 1024) }]));
  });

  it('tgz with a bomb inside', async () => {
    const zeros = Buffer.alloc(80 * 1024 * 1024);
    await expectRefusal(gzipSync(makeTar([{ name: 'x', content: zeros }])));
  });

  it('tgz with a bomb after its end', async () => {
    await expectRefusal(gzipSync(makeTar([file('x')], Buffer.alloc(80 * 1024 * 1024))));
  });

  it('a second archive after the end', async () => {
    await expectRefusal(makeTar([file('x')], Buffer.concat([Buffer.alloc(1024), makeTar([file('y')])])));
  });

  it('an archive of another type', async () => {
    const error = await thrownBy(() => unpack(Buffer.from('<html></html>')));
    expect(error.message).toContain('got HTML or XML');
    expect((await thrownBy(() => unpack(gzipSync('{"a":1}')))).message).toContain('got gzip with JSON inside');
  });

  it('a tar or zip that was cut at any of 20 places', async () => {
    const tar = makeTar([file('a', { content: 'x'.repeat(3000) }), file('b'), link('l', 'a')]);
    const zip = makeZip([{ name: 'a', content: 'x'.repeat(3000) }, { name: 'b' }]);
    for (let cut = 1; cut <= 20; cut += 1) {
      // What follows the first block of zeros is only filling.
      await expectRefusal(tar.subarray(0, Math.floor(((tar.length - 1024) * cut) / 20)));
      await expectRefusal(gzipSync(tar).subarray(0, -cut * 2));
      await expectRefusal(zip.subarray(0, Math.floor((zip.length * cut) / 21)));
    }
  });
});

describe('an unusual archive that is right', () => {
  it('drops setuid, setgid and sticky bits', async () => {
    await unpack(makeTar([file('x', { mode: 0o6777 }), file('y', { mode: 0o1644 })]));
    expect(statSync(path.join(folder, 'app/x')).mode & 0o7777).toBe(0o755);
    expect(statSync(path.join(folder, 'app/y')).mode & 0o7777).toBe(0o644);
  });

  it('understands a size over 8 GiB that only pax tells', async () => {
    const size = 9 * 1024 ** 3;
    const error = await thrownBy(() => unpack(makeTar([paxPart({ size: String(size) }), file('x', { size: 0 })])));
    expect(error.message).toContain('size-limit');
    expect(octal(8, 4)).toBe('010\0');
  });
});
