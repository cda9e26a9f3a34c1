import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import { createTarReader } from '../../../../src/domain/source/tar-reader.ts';
import { makeTar, octal, paxPart, type TarPart } from '../../../builders/tar-archive.ts';

/** What the sink gets: an entry for each, with its content. Pieces: bytes for each call. */
function read(bytes: Uint8Array, pieces = bytes.length) {
  const found: { kind: string; name: string; target: string; size: number; modified: number; content: string }[] = [];
  let text = '';
  const reader = createTarReader({
    begin: ({ kind, name, target, size, modified }) => {
      found.push({ kind, name, target, size, modified, content: '' });
      text = '';
    },
    content: (part) => {
      text += Buffer.from(part).toString('latin1');
    },
    end: () => {
      const last = found.at(-1);
      if (last !== undefined) last.content = text;
    },
  });
  for (let start = 0; start < bytes.length; start += pieces) reader.push(bytes.subarray(start, start + pieces));
  reader.end();
  return found;
}

const archive: readonly TarPart[] = [
  { name: 'label', type: 'V', size: 0 },
  { name: 'label with content', type: 'V', content: 'x'.repeat(600) },
  { name: 'folder/', content: '' },
  { name: 'folder/with-content/', content: 'a' },
  { name: 'L', type: 'L', content: 'long/name\0' },
  { name: 'K', type: 'K', content: 'long/target' },
  { name: 'short', type: '2', linkName: 'short' },
  { name: 'empty header', type: 'x', content: '' },
  paxPart({ comment: 'x' }, 'g'),
  paxPart({ path: 'pax', mtime: '12.5' }),
  { name: 'x', content: 'b'.repeat(1000) },
  paxPart({ mtime: 'never' }),
  { name: 'hard', type: '1', linkName: 'pax' },
];

describe('an archive', () => {
  const expected = [
    { kind: 'folder', name: 'folder/' },
    { kind: 'file', name: 'folder/with-content/', content: 'a' },
    { kind: 'symlink', name: 'long/name', target: 'long/target' },
    { kind: 'file', name: 'pax', size: 1000, modified: 12, content: 'b'.repeat(1000) },
    { kind: 'hardlink', name: 'hard', target: 'pax', modified: 1_700_000_000 },
  ];

  it.each([100_000, 512, 511, 100, 7])('is read in pieces of %i bytes', (pieces) => {
    expect(read(makeTar(archive), pieces)).toMatchObject(expected);
  });

  it('ends with its first block of zeros', () => {
    expect(read(makeTar([{ name: 'a' }], Buffer.alloc(512)))).toHaveLength(1);
    expect(() => read(makeTar([{ name: 'a' }], Buffer.alloc(0)))).toThrow('its end is missing');
    expect(() => read(makeTar([{ name: 'a' }], Buffer.alloc(100)))).toThrow('its end is missing');
    expect(() => read(makeTar([], Buffer.alloc(513, 'x').fill(0, 0, 512)))).toThrow('more content after its end');
  });
});

describe('a sparse file', () => {
  const size = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '100000' };
  const form = (content: string | Uint8Array): readonly TarPart[] => [
    paxPart({ ...size, 'GNU.sparse.name': 'sparse' }),
    { name: 'GNUSparseFile.0/sparse', content },
  ];
  const filled = (text: string): string => text.padEnd(Math.ceil(text.length / 512) * 512, '\0');

  it('has its map before the content, in one block or in more', () => {
    const short = read(makeTar(form(`${filled('1\n8\n3\n')}abc`)), 100);
    expect(short).toMatchObject([{ kind: 'file', name: 'sparse', size: 100_000, content: 'abc' }]);
    const lines = Array.from({ length: 200 }, (_, index) => `${String(index * 10)}\n1\n`).join('');
    const long = read(makeTar(form(`${filled(`200\n${lines}`)}${'x'.repeat(200)}`)));
    expect(long).toMatchObject([{ size: 100_000, content: 'x'.repeat(200) }]);
  });

  it('whose map does not end is refused', () => {
    expect(() => read(makeTar(form(filled('200\n1\n'))))).toThrow('invalid map of a sparse file');
  });

  it('of the old form has its map in the header', () => {
    const header = (block: Buffer): void => {
      block.write(octal(4, 12) + octal(2, 12), 386);
      block.write(octal(6, 12), 483);
    };
    const [found] = read(makeTar([{ name: 'a', type: 'S', content: 'xy', header }]));
    expect(found).toMatchObject({ kind: 'file', name: 'a', size: 6, content: 'xy' });
  });

  it('of the old form has the rest of a longer map in blocks', () => {
    const header = (block: Buffer): void => {
      block.write(octal(0, 12) + octal(1, 12), 386);
      block.write(octal(9, 12), 483);
      block[482] = 1;
    };
    const more = Buffer.alloc(1024);
    more[504] = 1;
    more.write(octal(8, 12) + octal(1, 12), 512);
    const file: TarPart = { name: 'a', type: 'S', content: Buffer.concat([more, Buffer.from('xy')]), size: 2, header };
    expect(read(makeTar([file]))).toMatchObject([{ kind: 'file', name: 'a', size: 9, content: 'xy' }]);
  });
});

describe('an archive that is refused', () => {
  it.each<[string, readonly TarPart[], string]>([
    ['an extended header that is too long', [{ type: 'x', size: 1024 * 1024 + 1 }], 'extended header is too long'],
    ['an extended header at the end', [paxPart({ path: 'a' })], 'has no entry'],
    ['a path for all entries', [paxPart({ path: 'a' }, 'g')], 'sets path'],
    ['a sparse map for all entries', [paxPart({ 'GNU.sparse.map': '0,1' }, 'g')], 'sets GNU.sparse.map'],
    ['a device', [{ name: 'd', type: '3' }], 'character device'],
    ['an unknown type', [{ name: 'd', type: 'Z' }], 'its type "Z" is unknown'],
    ['a link to what is not UTF-8', [{ type: '2', header: (block) => void (block[157] = 0xff) }], 'expected UTF-8'],
  ])('%s', (_what, parts, why) => {
    expect(() => read(makeTar(parts))).toThrow(ArchiveDefect);
    expect(() => read(makeTar(parts))).toThrow(why);
  });
});

describe('the metadata of an entry', () => {
  it('is that of its header, which extended headers change', () => {
    const found: unknown[] = [];
    const keep = (entry: unknown): void => void found.push(entry);
    const reader = createTarReader({ begin: keep, special: keep, content: () => undefined, end: () => undefined });
    const owned = (block: Buffer): void => void block.write(`${octal(7, 8)}${octal(8, 8)}`, 108);
    reader.push(
      makeTar([
        { name: 'a', header: owned },
        paxPart({ uid: '3000000', gid: '9', 'SCHILY.xattr.user.x': 'y' }),
        { name: 'b', header: owned },
        { name: 'c', type: '3' },
        { name: 'd', header: (block) => void (block[0] = 0xff) },
      ]),
    );
    expect(found).toMatchObject([
      { name: 'a', owner: { uid: 7, gid: 8 }, attributes: new Map() },
      { name: 'b', owner: { uid: 3_000_000, gid: 9 }, attributes: new Map([['user.x', Buffer.from('y')]]) },
      { name: 'c' },
      { name: '\uFFFD' },
    ]);
    expect(() => reader.push(makeTar([{ name: 'd', type: 'Z' }]))).toThrow();
  });
});
