import { describe, expect, it } from 'vitest';

import { changeCompiledTime, sourceOfCompiled } from '../../../../src/domain/containerize/compiled-python.ts';
import { fileEntry, folderEntry } from '../../../builders/file-entries.ts';

const source = fileEntry('/l/a.py', { size: 77, modified: '1700000000.75' });
const files = new Map([source, fileEntry('/l/b.py'), folderEntry('/l/folder.py')].map((entry) => [entry.path, entry]));

function compiled(flags: number, time: number, size: number): Buffer {
  const header = Buffer.alloc(20, 0xaa);
  header.writeUInt32LE(flags, 4);
  header.writeUInt32LE(time, 8);
  header.writeUInt32LE(size, 12);
  return header;
}

describe('the source of a compiled file', () => {
  it.each([
    ['/l/__pycache__/a.cpython-311.pyc', '/l/a.py'],
    ['/l/__pycache__/a.cpython-311.opt-1.pyc', '/l/a.py'],
    ['/l/b.pyc', '/l/b.py'],
    ['/l/__pycache__/other.cpython-311.pyc', undefined],
    ['/l/folder.pyc', undefined],
    ['/l/a.py', undefined],
  ])('of %s is %s', (path, expected) => {
    expect(sourceOfCompiled(fileEntry(path), files)?.path).toBe(expected);
  });

  it('is none for a folder with such a name', () => {
    expect(sourceOfCompiled(folderEntry('/l/b.pyc'), files)).toBeUndefined();
  });
});

describe('the time in a compiled file', () => {
  it('becomes that of the source in the image', () => {
    const before = compiled(0, 1_700_000_000, 77);
    expect(Buffer.from(changeCompiledTime(before, source, 315_532_801))).toEqual(compiled(0, 315_532_801, 77));
    expect(before).toEqual(compiled(0, 1_700_000_000, 77));
  });

  it('is compared in 32 bits, as Python does it', () => {
    const late = fileEntry('/l/a.py', { size: 2 ** 32 + 5, modified: String(2 ** 32 + 9) });
    expect(changeCompiledTime(compiled(0, 9, 5), late, 1)).toEqual(Uint8Array.from(compiled(0, 1, 5)));
    const early = fileEntry('/l/a.py', { size: 5, modified: '-1.0' });
    expect(changeCompiledTime(compiled(0, 2 ** 32 - 1, 5), early, 1)).toEqual(Uint8Array.from(compiled(0, 1, 5)));
  });

  it.each([
    ['is checked by the hash of its source', compiled(3, 1_700_000_000, 77)],
    ['is older than its source', compiled(0, 1_600_000_000, 77)],
    ['is of a source of another size', compiled(0, 1_700_000_000, 78)],
    ['is cut short', compiled(0, 1_700_000_000, 77).subarray(0, 15)],
  ])('is kept where the file %s', (_, start) => {
    expect(changeCompiledTime(start, source, 1)).toBe(start);
  });
});
