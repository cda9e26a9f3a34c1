import { crc32 } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import { zipKind, zipName, type ZipRecord } from '../../../../src/domain/source/zip-entry.ts';

const system = (number: number): number => number << 8;
const [dos, unix, ntfs, darwin] = [system(0), system(3), system(10), system(19)];
const record = (parts: Partial<ZipRecord> = {}): ZipRecord => ({
  nameBytes: Buffer.from('a'),
  flags: 0,
  madeBy: unix,
  attributes: 0,
  size: 1,
  extraFields: [],
  ...parts,
});
const nameOf = (parts: Partial<ZipRecord>): string => zipName(record(parts), crc32);
const attributes = (mode: number): number => mode * 0x10000;

function unicodeField(name: string, unicode: Uint8Array | string, version = 1): ZipRecord['extraFields'] {
  const start = Buffer.alloc(5);
  start[0] = version;
  start.writeUInt32LE(crc32(name), 1);
  return [
    { id: 1, data: Buffer.from('x') },
    { id: 0x7075, data: Buffer.concat([start, Buffer.from(unicode)]) },
  ];
}

describe('the name of an entry', () => {
  const latin = Buffer.from([0x81, 0x61]);

  it.each<[string, Partial<ZipRecord>, string]>([
    ['is UTF-8', { nameBytes: Buffer.from('é') }, 'é'],
    ['is UTF-8 by its flag', { nameBytes: Buffer.from('é'), flags: 0x800 }, 'é'],
    ['is in code page 437 otherwise', { nameBytes: latin }, 'üa'],
    ['is in the Unicode field', { extraFields: unicodeField('a', 'é') }, 'é'],
    ['is not in a field for another name', { extraFields: unicodeField('b', 'é') }, 'a'],
    ['is not in a field of another version', { extraFields: unicodeField('a', 'é', 2) }, 'a'],
    ['is not in a field that is cut', { extraFields: [{ id: 0x7075, data: Buffer.from([1]) }] }, 'a'],
    ['is not in a field that is not UTF-8', { extraFields: unicodeField('a', Buffer.from([0xff])) }, 'a'],
    ['of DOS has its slashes turned', { nameBytes: Buffer.from('a\\b'), madeBy: dos }, 'a/b'],
    ['of NTFS has its slashes turned', { nameBytes: Buffer.from('a\\b'), madeBy: ntfs }, 'a/b'],
    ['with a slash keeps the other ones', { nameBytes: Buffer.from('a\\b/c'), madeBy: dos }, 'a\\b/c'],
    ['of Unix keeps them', { nameBytes: Buffer.from('a\\b') }, 'a\\b'],
  ])('%s', (_what, parts, expected) => {
    expect(nameOf(parts)).toBe(expected);
  });

  it('that is marked as UTF-8 and is not is refused', () => {
    expect(() => nameOf({ nameBytes: latin, flags: 0x800 })).toThrow(ArchiveDefect);
  });
});

describe('the kind of an entry', () => {
  it.each<[string, string, Partial<ZipRecord>, string, number]>([
    ['a file of Unix', 'a', { attributes: attributes(0o100755) }, 'file', 0o100755],
    ['a folder of Unix', 'a/', { attributes: attributes(0o040755) }, 'folder', 0o040755],
    ['a folder by its mode', 'a', { attributes: attributes(0o040755) }, 'folder', 0o040755],
    ['a link', 'a', { attributes: attributes(0o120777), madeBy: darwin }, 'symlink', 0o120777],
    ['permissions without a type', 'a', { attributes: attributes(0o600) }, 'file', 0o600],
    ['permissions and a slash', 'a/', { attributes: attributes(0o700) }, 'folder', 0o700],
    ['no permissions', 'a', {}, 'file', 0o644],
    ['no permissions and a slash', 'a/', {}, 'folder', 0o755],
    ['a file of DOS', 'a', { madeBy: dos, attributes: 0x20 }, 'file', 0o644],
    ['a folder of DOS', 'a', { madeBy: dos, attributes: 0x10, size: 0 }, 'folder', 0o755],
    ['a folder of DOS with content', 'a', { madeBy: dos, attributes: 0x10 }, 'file', 0o644],
    ['a mode from a system that has none', 'a', { madeBy: ntfs, attributes: attributes(0o120777) }, 'file', 0o644],
  ])('%s', (...[, name, parts, kind, mode]) => {
    expect(zipKind(record(parts), name)).toEqual({ kind, mode });
  });

  it.each<[string, string, Partial<ZipRecord>, string]>([
    ['encrypted', 'a', { flags: 1 }, 'encrypted'],
    ['strongly encrypted', 'a', { flags: 0x40 }, 'encrypted'],
    ['a device', 'a', { attributes: attributes(0o060644) }, 'device'],
    ['a pipe', 'a', { attributes: attributes(0o010644) }, 'pipe'],
    ['a link with a slash', 'a/', { attributes: attributes(0o120777) }, 'slash'],
  ])('%s is refused', (...[, name, parts, why]) => {
    expect(() => zipKind(record(parts), name)).toThrow(ArchiveDefect);
    expect(() => zipKind(record(parts), name)).toThrow(why);
  });
});
